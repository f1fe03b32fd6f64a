// Builds an app from a folder with `page.js` and `manifest.toml`: `node build.mjs FOLDER OUT.wasm`.
//
// In: the module, and the interfaces that it imports. Out: a component with its manifest inside,
// which imports those interfaces and nothing else: no WASI (QuickJS's own is stubbed), no network.

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const SDK = dirname(fileURLToPath(import.meta.url));
const SECTION = "domicile:manifest";
const EXPORT = "domicile:app/page@1.0.0";
const IMPORT = /\bfrom\s+"(domicile:[a-z-]+\/[a-z-]+@[0-9.]+)"/g;

const [folder, output] = process.argv.slice(2);
if (output === undefined) {
  console.error("usage: node build.mjs FOLDER OUT.wasm");
  process.exit(2);
}
build(folder, output);

function build(folder, output) {
  const work = mkdtempSync(join(tmpdir(), "domicile-js-"));
  try {
    const wit = join(work, "wit");
    cpSync(join(SDK, "../../wit/deps"), join(wit, "deps"), { recursive: true });
    writeFileSync(join(wit, "world.wit"), world(imports(folder)));
    const bare = join(work, "bare.wasm");
    componentize(wit, join(folder, "page.js"), bare);
    const manifest = readFileSync(join(folder, "manifest.toml"));
    writeFileSync(output, withManifest(readFileSync(bare), manifest));
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** The interfaces that the folder's modules import. */
function imports(folder) {
  const modules = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".js"));
  const named = modules.flatMap((name) =>
    [...readFileSync(join(folder, name), "utf8").matchAll(IMPORT)].map((found) => found[1]),
  );
  return [...new Set(named)].sort();
}

/** A world with these imports alone: what is not imported can't be granted, nor refused. */
function world(interfaces) {
  const lines = interfaces.map((name) => `    import ${name};\n`).join("");
  return `package built:app;\n\nworld app {\n${lines}    export ${EXPORT};\n}\n`;
}

function componentize(wit, module, output) {
  const cli = join(SDK, "node_modules/componentize-qjs/bin/componentize-qjs");
  const flags = ["--stub-wasi", "--sync", "--opt-size", "--minify", "--module-root", SDK];
  const paths = ["--wit", wit, "--world", "app", "--js", module, "--output", output];
  execFileSync(process.execPath, [cli, ...flags, ...paths], { stdio: "inherit" });
}

/** A custom section at the end: id 0, the length of what follows, the name, the text. */
function withManifest(component, manifest) {
  const name = Buffer.from(SECTION);
  const body = Buffer.concat([length(name.length), name, manifest]);
  return Buffer.concat([component, Buffer.from([0]), length(body.length), body]);
}

/** LEB128. */
function length(value) {
  const bytes = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) + 0x80);
  return Buffer.from([...bytes, value]);
}
