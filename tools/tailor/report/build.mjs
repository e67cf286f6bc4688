// SPDX-License-Identifier: GPL-2.0-only
// Bundles the page and the libraries it uses: node build.mjs DIR writes DIR/report.js, report.css,
// page.html and licences.txt, which "tailor report" embeds. Runs where node_modules is; called by
// scripts/install-report-assets.

import * as esbuild from "esbuild";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));

/** The package folder of each bundled third-party file: what follows the last node_modules. */
function packageDirs(metafile) {
	const dirs = new Set();

	for (const input of Object.keys(metafile.inputs)) {
		const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);

		if (match)
			dirs.add(match[1]);
	}
	return [...dirs].sort();
}

async function licenceOf(dir) {
	const { name, version, license } = JSON.parse(await readFile(path.join(dir, "package.json"), "utf8"));
	const file = (await readdir(dir)).find((f) => /^licen[cs]e(\.|$)/i.test(f));

	if (!file)
		console.error(`build.mjs: ${name} ${version} carries no licence text, only its name: ${license}`);
	const text = file ? await readFile(path.join(dir, file), "utf8") : "";

	return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

async function build(out) {
	await mkdir(out, { recursive: true });
	const { metafile } = await esbuild.build({
		absWorkingDir: process.cwd(),
		entryPoints: { report: path.join(here, "src/main.js") },
		bundle: true,
		minify: true,
		format: "iife",
		target: ["es2022"],
		// The text is embedded in HTML: no "</script" may be left in it.
		supported: { "inline-script": false },
		legalComments: "inline",
		// The package does not export its style sheet.
		alias: { "flamegraph.css": path.resolve("node_modules/d3-flame-graph/dist/d3-flamegraph.css") },
		charset: "ascii",
		outdir: out,
		metafile: true,
		logLevel: "warning",
	});
	const licences = await Promise.all(packageDirs(metafile).map(licenceOf));

	await writeFile(path.join(out, "licences.txt"), licences.join(`\n${"-".repeat(72)}\n\n`));
	await copyFile(path.join(here, "src/page.html"), path.join(out, "page.html"));
}

if (process.argv.length !== 3) {
	console.error("usage: node build.mjs DIR");
	process.exit(2);
}
try {
	await build(path.resolve(process.argv[2]));
} catch (error) {
	// esbuild has already said what it found.
	if (!error.errors)
		console.error(`build.mjs: ${error.message}`);
	process.exit(1);
}
