/** What is asked of a bucket. */
export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Answers that the caller knows what to do with, success apart. */
  readonly accept?: readonly number[];
  /** Not tried again. */
  readonly once?: boolean;
  /** What the caller is about, for errors: `read s3://lake/x`. */
  readonly doing: string;
}

/** What came back, whole. */
export interface S3Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

export interface S3Response extends S3Answer {
  /** Whether an earlier try may have done its work without our hearing of it. */
  readonly repeated: boolean;
}

/** Sends requests to one bucket: signed, and tried again where the server is busy, fails or does not answer. Throws StoreError. */
export type S3Sender = (request: S3Request) => Promise<S3Response>;
