import { expect, test } from 'vitest';
import { manifestOf } from '../../../../test/manifest-builder.ts';
import type { Manifest } from '../manifest/nodes.ts';
import { createLookup } from './lookup.ts';

function manifest(): Manifest {
  const made = manifestOf({
    'model.shop.orders': {},
    'model.shop.both': {},
    'model.ext.both': {},
    'model.ext.other': {},
    'model.third.other': {},
    'model.ext.only': {},
    'seed.shop.codes': {},
    'source.shop.raw.orders': {},
    'model.shop.off': {},
  });
  for (const [id, node] of Object.entries(made.nodes)) node.package_name = id.split('.')[1] ?? '';
  const off = made.nodes['model.shop.off'];
  if (off !== undefined) made.disabled[off.unique_id] = [off];
  delete made.nodes['model.shop.off'];
  return made;
}

const plain = (name: string, packageName: string | null = null) => ({ name, package: packageName, version: null });

test.each([
  ['orders', null, 'shop', 'model.shop.orders'],
  ['codes', null, 'ext', 'seed.shop.codes'],
  ['both', null, 'shop', 'model.shop.both'],
  ['both', null, 'ext', 'model.shop.both'],
  ['both', 'ext', 'shop', 'model.ext.both'],
  ['only', null, 'shop', 'model.ext.only'],
])('ref(%s) in package %s from %s is %s', (name, packageName, from, id) => {
  expect(createLookup(manifest(), { name: 'shop', packages: [] }).ref(plain(name, packageName), from)).toMatchObject({
    kind: 'found',
    node: { unique_id: id },
  });
});

test('a name that two packages answer, one that is off, and one that nobody has', () => {
  const lookup = createLookup(manifest(), { name: 'shop', packages: [] });
  expect(lookup.ref(plain('other'), 'shop')).toEqual({
    kind: 'ambiguous',
    ids: ['model.ext.other', 'model.third.other'],
  });
  expect(lookup.ref(plain('off'), 'shop').kind).toBe('disabled');
  expect(lookup.ref(plain('nope'), 'shop').kind).toBe('missing');
  expect(lookup.ref(plain('orders', 'ext'), 'shop').kind).toBe('missing');
});

test('versions: the latest answers the plain name, each its own', () => {
  const made = manifestOf({ 'model.shop.v1': {}, 'model.shop.v2': {} });
  for (const [index, node] of Object.values(made.nodes).entries()) {
    if (node.resource_type === 'model') Object.assign(node, { name: 'dim', version: index + 1, latest_version: 2 });
  }
  const lookup = createLookup(made, { name: 'shop', packages: [] });
  expect(lookup.ref(plain('dim'), 'shop')).toMatchObject({ node: { version: 2 } });
  expect(lookup.ref({ ...plain('dim'), version: '1' }, 'shop')).toMatchObject({ node: { version: 1 } });
  expect(lookup.ref({ ...plain('dim'), version: 3 }, 'shop').kind).toBe('missing');
});
