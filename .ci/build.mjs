// `npm run build`: compiles what changed and puts the program together.
import { build } from './install.mjs';

await build();
