import type { Bucket } from '../remote/bucket.ts';
import { wholeSeconds } from '../remote/bucket-store.ts';
import type { Sender } from '../remote/exchange.ts';
import { allPages, pageBehind } from '../remote/page.ts';
import { readXml } from '../remote/xml.ts';
import type { AzureRequest } from './sign.ts';

/** As many listings that are not at their end as are remembered. */
const mostMarks = 100;

interface Entry {
  readonly Name: string;
  readonly Properties?: Readonly<Record<string, string>>;
}

/** The listings of a container. Azure goes on by marks of its own: those of pages that were given are remembered, any other page is looked for from the start. */
export function blobLists(send: Sender<AzureRequest>): Pick<Bucket, 'list' | 'names'> {
  const marks = new Map<string, string>();
  const fetchPage = async (asked: Readonly<Record<string, string>>, marker: string, doing: string) => {
    const query = { restype: 'container', comp: 'list', ...asked, ...(marker === '' ? {} : { marker }) };
    const document = readXml((await send({ method: 'GET', key: '', doing, query })).bytes);
    const { Blob: blobs = [], BlobPrefix: prefixes = [] } = (document.Blobs || {}) as {
      readonly Blob?: readonly Entry[];
      readonly BlobPrefix?: readonly Entry[];
    };
    // Accounts with real folders list these too.
    const files = blobs.filter(({ Properties: found }) => found?.ResourceType !== 'directory');
    return { files, prefixes, mark: String(document.NextMarker ?? '') };
  };
  return {
    list: async ({ after, limit, prefix }, doing) => {
      const asked = { prefix, maxresults: String(Math.min(limit, 5000)) };
      const page = await pageBehind(
        async (marker) => {
          const { files, mark } = await fetchPage(asked, marker, doing);
          const objects = files.map(({ Name: key, Properties: found = {} }) => {
            return { key, bytes: Number(found['Content-Length']), modified: wholeSeconds(found['Last-Modified']) };
          });
          return { objects, mark };
        },
        after,
        marks.get(`${prefix}\n${after ?? ''}`),
      );
      if (page.next !== undefined) {
        const [oldest] = marks.keys();
        if (marks.size >= mostMarks && oldest !== undefined) marks.delete(oldest);
        marks.set(`${prefix}\n${page.next}`, page.mark);
      }
      return { objects: page.objects, next: page.next };
    },
    names: async (prefix, _, doing) =>
      await allPages(async (marker) => {
        const { files, mark, prefixes } = await fetchPage({ prefix, delimiter: '/' }, marker, doing);
        const found = [...files, ...prefixes].map(({ Name: name }) => name.slice(prefix.length).replace(/\/$/, ''));
        return { found, mark };
      }),
  };
}
