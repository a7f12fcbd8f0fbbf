/** What is asked of a server of objects; each protocol adds what it names objects by. */
export interface RemoteRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Answers that the caller knows what to do with, success apart: by status, or by the server's name of them. */
  readonly accept?: readonly (number | string)[];
  /** Not tried again. */
  readonly once?: boolean;
  /** What the caller is about, for errors: `read s3://lake/x`. */
  readonly doing: string;
}

/** What came back, whole. */
export interface RemoteAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

export interface RemoteResponse extends RemoteAnswer {
  /** Whether an earlier try may have done its work without our hearing of it. */
  readonly repeated: boolean;
}

/** Sends requests to one bucket: signed, and tried again where the server is busy, fails or does not answer. Throws StoreError. */
export type Sender<R extends RemoteRequest> = (request: R) => Promise<RemoteResponse>;

/** A request as it goes over the line. */
export interface SentRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Ends it, whether the answer has begun or not. */
  readonly signal: AbortSignal;
}

/** What came back, its body as it comes; null for none. A redirection is an answer, and bytes are as the server sent them. */
export interface SentAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** Sends a request to a server. What `fetch` gives fits. */
export type SendRequest = (url: string, request: SentRequest) => Promise<SentAnswer>;

/** The line to a server, and how long one waits on it. */
export interface Line {
  /** `http://127.0.0.1:9000`: another server than the provider's. */
  readonly endpoint?: string;
  /** Waits between tries, in milliseconds: as many tries more as there are numbers. Each is shortened at random by up to a half. */
  readonly waits?: readonly number[];
  /** A try to which no byte came for so long is over, in milliseconds: 60 s where absent, and time for what is sent. */
  readonly timeout?: number;
  /** No try begins so long after the first, in milliseconds: 120 s where absent. */
  readonly patience?: number;
  /** Sends requests in the place of `httpClient`. */
  readonly fetch?: SendRequest;
  /** Certificates (PEM) that are trusted beside those that node does: a private authority's. */
  readonly ca?: string;
  /** Where the setting of certificates is made, for errors: `ca_cert_file of the target`. */
  readonly caSetting?: string;
  /** Bytes above which an object goes up in parts of that size; 16 MiB where absent. */
  readonly partSize?: number;
}
