/** The header that carries the name of one put with the object. */
export const putName = 'x-amz-meta-eider-put';
