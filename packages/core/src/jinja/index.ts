export { returnFunction } from './call.ts';
export { JinjaEnvironment } from './environment.ts';
export { JinjaError } from './errors.ts';
export type { Context } from './template.ts';
