// Bundles the page into one script and one style sheet. The result is committed: whoever installs the package needs no Node.
import { build } from "esbuild";
import { copyFileSync, mkdirSync } from "node:fs";

const target = process.argv[2] ?? "../src/loligo/lab/static";
mkdirSync(target, { recursive: true });
await build({
  entryPoints: { lab: "src/main.ts" },
  bundle: true,
  minify: true,
  legalComments: "eof",
  format: "iife",
  target: "es2022",
  outdir: target,
});
await build({ entryPoints: { widget: "src/widget.ts" }, bundle: true, minify: true, format: "esm", target: "es2022", outdir: target });
for (const name of ["index.html", "icon.svg"]) copyFileSync(`src/${name}`, `${target}/${name}`);
