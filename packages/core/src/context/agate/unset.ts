/** That an argument was not given, where None would be a value. */
export const unset: unique symbol = Symbol('unset');
