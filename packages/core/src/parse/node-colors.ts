import { placeOfConfig } from '../context/config-place.ts';
import type { RenderScope } from '../context/render-scope.ts';
import { placeOfNode } from '../context/run-context.ts';
import { type Diagnostic, error } from '../diagnostics.ts';
import { didYouMeanHint } from '../near-names.ts';

/** Findings about `docs.node_color` that browsers know no color for, each place once. dbt takes names of CSS, `gray` in this spelling alone, and `#rgb` or `#rrggbb`. */
export function badNodeColors(scope: RenderScope): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const node of Object.values(scope.manifest.nodes)) {
    const { docs } = node.config as { readonly docs?: { readonly node_color?: unknown } };
    const color = docs?.node_color;
    if (node.resource_type === 'test' || typeof color !== 'string' || color === '' || isColor(color)) continue;
    const where = placeOfConfig(scope, node, 'docs') ?? { place: placeOfNode(scope, node) };
    const once = JSON.stringify([color, where.place]);
    const message = `The node color "${color}" is neither the name of a color in HTML nor of the form #rrggbb.`;
    const hint = didYouMeanHint(color, [...names]) ?? 'Write a name such as "steelblue", or "#4682b4".';
    if (!found.has(once)) found.set(once, error('config/invalid', message, { ...where, node: node.unique_id, hint }));
  }
  return [...found.values()];
}

function isColor(text: string): boolean {
  const lower = text.toLowerCase();
  return names.has(lower) || /^#([0-9a-f]{3}){1,2}$/.test(lower);
}

/** CSS Color 4, 6.1: those of one hue together. */
const names: ReadonlySet<string> = new Set(
  `white snow honeydew mintcream azure aliceblue ghostwhite whitesmoke seashell beige oldlace floralwhite ivory antiquewhite linen lavenderblush mistyrose
  gainsboro lightgray silver darkgray gray dimgray lightslategray slategray darkslategray black
  indianred lightcoral salmon darksalmon lightsalmon crimson red firebrick darkred maroon
  pink lightpink hotpink deeppink mediumvioletred palevioletred coral tomato orangered darkorange orange
  gold yellow lightyellow lemonchiffon lightgoldenrodyellow papayawhip moccasin peachpuff palegoldenrod khaki darkkhaki
  lavender thistle plum violet orchid fuchsia magenta mediumorchid mediumpurple rebeccapurple blueviolet darkviolet darkorchid darkmagenta purple indigo
  slateblue darkslateblue mediumslateblue greenyellow chartreuse lawngreen lime limegreen palegreen lightgreen mediumspringgreen springgreen
  mediumseagreen seagreen forestgreen green darkgreen yellowgreen olivedrab olive darkolivegreen mediumaquamarine darkseagreen lightseagreen darkcyan teal
  aqua cyan lightcyan paleturquoise aquamarine turquoise mediumturquoise darkturquoise cadetblue steelblue lightsteelblue powderblue lightblue skyblue
  lightskyblue deepskyblue dodgerblue cornflowerblue royalblue blue mediumblue darkblue navy midnightblue
  cornsilk blanchedalmond bisque navajowhite wheat burlywood tan rosybrown sandybrown goldenrod darkgoldenrod peru chocolate saddlebrown sienna brown`.split(
    /\s+/,
  ),
);
