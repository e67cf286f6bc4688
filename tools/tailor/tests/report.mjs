// SPDX-License-Identifier: GPL-2.0-only
// The pages of "tailor report" in a browser; prints TAP. Called by tests/test_report:
//
//	node report.mjs FIRST BROWSER.mjs MODULES FOLDER
//
// FIRST is the number of the first test. FOLDER holds full.html, made from data/report, compare.json
// of the same runs, plan.json, counts.json (counted from the logs by other programs), hostile.html,
// whose plan holds markup, and empty.html, made from the plan alone.

import { readFile } from "node:fs/promises";
import path from "node:path";

const [first, browser, modules, folder] = process.argv.slice(2);
const { withPage } = await import(browser);
const json = async (name) => JSON.parse(await readFile(path.join(folder, name), "utf8"));
const compare = await json("compare.json");
const plan = await json("plan.json");
const symbols = plan.decisions.filter((d) => d.kind !== "patch");
const patches = plan.decisions.filter((d) => d.kind === "patch");
const counts = await json("counts.json");
let nr = Number(first);
let failed = false;

function equal(got, want, what) {
	if (JSON.stringify(got) !== JSON.stringify(want))
		throw new Error(`${what}: ${JSON.stringify(got)} where ${JSON.stringify(want)} was expected`);
}

function check(condition, what) {
	if (!condition)
		throw new Error(what);
}

function report(ok, name, message = "") {
	console.log(`${ok ? "ok" : "not ok"} ${nr++} - report page: ${name}`);
	if (ok)
		return;
	console.log(message.replace(/^/gm, "# "));
	failed = true;
}

/** Opens a page and runs tests on it, each with its own result; all fail when it does not open. */
async function suite(file, options, tests) {
	try {
		await withPage(modules, path.join(folder, file), options, async (page, seen) => {
			for (const [name, test] of Object.entries(tests))
				await test(page, seen).then(() => report(true, name), (error) => report(false, name, error.message));
		});
	} catch (error) {
		for (const name of Object.keys(tests))
			report(false, name, `${file}: ${error.message}`);
	}
}

/** The cells of one row of the comparison: field to {value, text}. */
function comparisonCells(page, scenario, metric, arm) {
	return page.evaluate(([s, m, a]) => {
		const row = document.querySelector(
			`#comparison-table tr[data-scenario="${s}"][data-metric="${m}"][data-arm="${a}"]`);

		return row && Object.fromEntries([...row.querySelectorAll("td")].map((td) =>
			[td.dataset.field, { value: td.dataset.value, text: td.textContent }]));
	}, [scenario, metric, arm]);
}

/** A number as shown, for comparison with an exact one. */
function shown(text) {
	return Number(text.replaceAll(",", "").replace("−", "-").replace(/[^-0-9.].*$/, ""));
}

function near(got, want, relative, what) {
	check(Math.abs(got - want) <= relative * Math.abs(want), `${what}: ${got} is not ${want}`);
}

async function figuresOfRow(page, row) {
	for (const arm of row.arms) {
		const where = `${row.scenario} ${row.metric} ${arm.arm}`;
		const cells = await comparisonCells(page, row.scenario, row.metric, arm.arm);

		check(cells, `${where} has no row`);
		for (const field of ["n", "boots", "median", "spread_percent"])
			equal(cells[field].value, String(arm[field]), `${where} ${field}`);
		near(shown(cells.median.text), arm.median, 0.0005, `${where} median as shown`);
		equal(cells.verdict.value, arm.verdict, `${where} verdict`);
		if (arm.verdict === "baseline")
			continue;
		for (const field of ["percent", "ratio", "p", "p_corrected"])
			equal(cells[field].value, String(arm[field] ?? ""), `${where} ${field}`);
		if (arm.verdict === "~") {
			equal(cells.percent.text, "~", `${where} change as shown`);
			continue;
		}
		near(shown(cells.percent.text), arm.percent, 0.005, `${where} change as shown`);
		near(shown(cells.ratio.text), arm.ratio > 1 ? arm.ratio : 1 / arm.ratio, 0.005, `${where} ratio as shown`);
	}
}

async function visibleDecisions(page) {
	return page.locator("#decisions-table tbody tr:visible").count();
}

await suite("full.html", {}, {
	async "builds itself without an error or a request"(page, seen) {
		await page.mouse.wheel(0, 20000);
		equal(seen, { errors: [], requests: [] }, "seen");
		equal(await page.locator("section").count(), 8, "sections");
		equal(await page.locator(".absent").count(), 0, "sections without input");
		// What an element wrote by mistake instead of its content.
		check(!/undefined|NaN|\[object/.test(await page.locator("body").innerText()), "undefined in the text");
	},

	async "figures are those of tailor compare"(page) {
		let rows = 0;

		for (const row of compare.rows.filter((r) => r.better !== "same" && !r.exact)) {
			await figuresOfRow(page, row);
			rows += row.arms.length;
		}
		equal(rows, counts.rows, "rows compared");
	},

	async "size and boot stand by themselves, and are no headline"(page) {
		const rows = compare.rows.filter((r) => r.scenario === "boot");

		equal(rows.map((r) => r.metric), ["image", "busy_insn", "memory"], "rows");
		for (const row of rows) {
			const cells = await page.locator(`#boot-table tr[data-metric="${row.metric}"] td`)
				.evaluateAll((all) => all.map((td) => [td.dataset.field, td.dataset.value, td.textContent]));

			equal(cells.slice(0, 3).map((c) => Number(c[1])), row.arms.map((a) => a.median), `${row.metric} medians`);
			equal(cells.slice(3).map((c) => Number(c[1])), row.arms.slice(1).map((a) => a.ratio), `${row.metric} ratios`);
		}
		equal(await page.locator('#boot-table tr[data-metric="image"] td').last().textContent(), "5.00× less", "image");
		check(!(await page.locator("#comparison-chart").textContent()).includes("boot:"), "the boot is in the chart");
		check(!(await page.locator("#verdict").textContent()).includes(" boot: "), "the boot is the headline");
	},

	async "arms that gain are a reason to tailor"(page) {
		equal(compare.refusal, null, "refusal");
		equal(await page.locator("#refusal").count(), 0, "refusals");
	},

	async "what was counted once has no spread and no p"(page) {
		const rows = compare.rows.filter((r) => r.exact);

		equal(rows.map((r) => r.metric), ["user_insn_per_request", "kernel_insn_per_request", "intrusion_factor"], "rows");
		for (const row of rows) {
			const cells = await comparisonCells(page, row.scenario, row.metric, "tailored");

			equal(cells.n.value, "1", `${row.metric} n`);
			equal([cells.spread_percent.text, cells.interval.text, cells.p.text], ["–", "–", "–"], row.metric);
			equal(cells.verdict.value, "exact", row.metric);
			equal((await comparisonCells(page, row.scenario, row.metric, "config-only")).verdict.value, "absent", row.metric);
		}
		const cells = await comparisonCells(page, "new-connections", "intrusion_factor", "tailored");

		equal([cells.median.text, cells.percent.text, cells.ratio.text], ["5", "−50.00 %", "2.00× less"], "intrusion factor");
	},

	async "metrics that must be equal are one line"(page) {
		for (const row of compare.rows.filter((r) => r.better === "same")) {
			const cells = await comparisonCells(page, row.scenario, row.metric, "*");

			equal(cells.median.value, row.arms[0].samples[0].value, row.metric);
			equal(cells.n.value, String(row.arms.flatMap((a) => a.samples).length), `${row.metric} n`);
		}
	},

	async "verdict on top says ratio, n, p and accelerator"(page) {
		const row = compare.rows.find((r) => r.scenario !== "boot");
		const arm = row.arms.at(-1);
		const text = await page.locator("#verdict").innerText();

		for (const part of [arm.arm, arm.ratio_text.replace("x", "×"), `n=${row.arms[0].n}+${arm.n}`,
			`corrected ${arm.p_corrected_text}`, compare.accelerator])
			check(text.includes(part), `'${part}' is not in '${text}'`);
	},

	async "says that counts are not time"(page) {
		equal(await page.locator("#banner").innerText(), compare.banner, "banner");
	},

	async "bars are as long as the medians"(page) {
		const rows = compare.rows.filter((r) => (r.better === "lower" || r.better === "higher") && !r.exact && r.scenario !== "boot");
		const widths = await page.evaluate(() =>
			[...document.querySelectorAll('#comparison-chart g[aria-label="bar"] rect')]
				.map((rect) => rect.getBoundingClientRect().width));
		const medians = rows.flatMap((r) => r.arms.map((a) => a.median / r.arms[0].median));
		const unit = widths[0];

		equal(widths.length, medians.length, "bars");
		widths.forEach((width, i) => near(width / unit, medians[i], 0.0002, `bar ${i}`));
	},

	async "every patch is there with its gains, those applied first"(page) {
		const names = await page.evaluate(() => [...document.querySelectorAll("#patches-table tbody tr")].map((tr) => tr.dataset.name));

		equal(names, ["TAILOR_VFS_BYPASS", "TAILOR_NO_DAC"], "order");
		for (const d of patches) {
			const row = page.locator(`#patches-table tr[data-name="${d.name}"]`);
			const text = (field) => row.locator(`td[data-field="${field}"]`).innerText();

			for (const field of ["action", "verdict"])
				equal(await text(field), d[field], `${field} of ${d.name}`);
			equal(await text("expected"), d.expected, `expected gain of ${d.name}`);
			equal(await text("measured"), d.measured ?? "not measured on this appliance", `measured gain of ${d.name}`);
			check((await text("fails")).startsWith(d.fails), `fail direction of ${d.name}`);
			check((await text("why")).includes(d.why), `why of ${d.name}`);
			check((await row.locator("th").innerText()).includes(d.patch), `file of ${d.name}`);
		}
		check((await page.locator("#patches-table").innerText()).includes("Not done: needs --trust=single."), "what blocks a patch");
	},

	async "every decision about a symbol is there"(page) {
		equal(await visibleDecisions(page), symbols.length, "decisions");
		for (const d of symbols) {
			const row = page.locator(`#decisions-table tr[data-name="${d.name}"]`);

			equal(await row.locator('td[data-field="verdict"]').innerText(), d.verdict, d.name);
			check((await row.locator('td[data-field="why"]').innerText()).includes(d.why), `why of ${d.name}`);
		}
	},

	async "the plan says what the last tenth of its profile brought"(page) {
		const text = await page.locator("#decisions p").first().innerText();

		check(text.endsWith("New in the last tenth of the profile: 2 of 58 system calls, 0 of 8 errors, 0 of 23 uses that rules look at, " +
			"5 of 131,825 instructions of the kernel, 0 of 458 symbols whose code ran."), text);
	},

	async "decisions can be filtered and searched"(page) {
		const unused = symbols.filter((d) => d.verdict === "unused");

		await page.selectOption("#filter-verdict", "unused");
		equal(await visibleDecisions(page), unused.length, "unused ones");
		await page.fill("#decisions-search", "no process");
		equal(await visibleDecisions(page), unused.filter((d) => d.why.startsWith("No process")).length, "both");
		equal(await page.locator("#decisions-shown").innerText(), `2 of ${symbols.length} shown`, "count");
		await page.click("#decisions button[type=reset]");
		await page.waitForFunction((all) => document.querySelector("#decisions-shown").textContent === all,
			`${symbols.length} of ${symbols.length} shown`, { timeout: 5000 });
		equal(await visibleDecisions(page), symbols.length, "all again");
		await page.fill("#decisions-search", "sendfile");
		equal(await visibleDecisions(page), symbols.filter((d) => d.evidence.some((e) => e.what.includes("sendfile"))).length,
			"found by their evidence");
		await page.fill("#decisions-search", "no such thing");
		equal(await visibleDecisions(page), 0, "nothing");
		await page.click("#decisions button[type=reset]");
	},

	async "latencies of all system calls"(page) {
		const rows = await page.evaluate(() => Object.fromEntries(
			[...document.querySelectorAll("#latency-table tbody tr")].map((tr) => [tr.dataset.syscall,
				Object.fromEntries([...tr.querySelectorAll("td")].map((td) => [td.dataset.field, Number(td.dataset.value)]))])));

		equal(Object.keys(rows).sort(), Object.keys(counts.syscalls).sort(), "system calls");
		for (const [name, want] of Object.entries(counts.syscalls))
			for (const [field, value] of Object.entries(want))
				equal(rows[name][field], value, `${name} ${field}`);
	},

	async "a histogram for each system call, on demand"(page) {
		const bars = () => page.locator('#histograms figure[data-syscall="getpid"] g[aria-label="rect"] path, ' +
			'#histograms figure[data-syscall="getpid"] g[aria-label="rect"] rect').count();

		equal(await page.locator("#histograms figure").count(), 12, "figures at first");
		equal(await bars(), 0, "bars of getpid at first");
		await page.getByRole("button", { name: /other system calls|other \d+ system calls/ }).click();
		equal(await page.locator("#histograms figure").count(), Object.keys(counts.syscalls).length, "figures");
		equal(await bars(), counts.getpid_log2, "bars of getpid");
	},

	async "flame graph has a frame for each stack"(page) {
		equal(await page.locator("#flamegraph g.frame").count(), counts.stacks + 1, "frames");
		for (const [name, self] of Object.entries(counts.self)) {
			const row = page.locator(`#callgraph-table tr[data-function="${name}"] td[data-field="self"]`);

			equal(await row.getAttribute("data-value"), String(self), `own time of ${name}`);
		}
	},

	async "flame graph zooms, highlights and comes back"(page) {
		const width = () => page.evaluate(() => [...document.querySelectorAll("#flamegraph g.frame")]
			.find((g) => g.querySelector(".d3-flame-graph-label").textContent === "tcp_push").getBoundingClientRect().width);
		// The library draws in the next frame.
		const becomes = (want) => page.waitForFunction((w) => [...document.querySelectorAll("#flamegraph g.frame")]
			.some((g) => g.querySelector(".d3-flame-graph-label").textContent === "tcp_push" &&
				Math.abs(g.getBoundingClientRect().width - w) < 3), want, { timeout: 5000 });
		const box = await page.evaluate(() => document.querySelector("#flamegraph").clientWidth);
		const before = await width();

		check(before < box / 2, "the frame is narrow at first");
		await page.locator("#flamegraph g.frame", { hasText: "tcp_push" }).click();
		await becomes(box);
		await page.fill("#flamegraph-search", "tcp_");
		const colours = await page.evaluate(() => [...document.querySelectorAll("#flamegraph g.frame")]
			.filter((g) => g.querySelector("rect").getAttribute("fill") === "#E600E6")
			.map((g) => g.querySelector(".d3-flame-graph-label").textContent));
		equal(colours.sort(), ["tcp_push", "tcp_sendmsg", "tcp_write_xmit"], "highlighted");
		await page.click("#callgraph button[type=reset]");
		await becomes(before);
		await page.locator("#flamegraph g.frame", { hasText: "may_open" }).hover();
		check(/^may_open: .* calls$/.test(await page.locator("#flamegraph-details").innerText()), "details");
	},

	async "call graph says whose clock it is by"(page) {
		check((await page.locator("#callgraph p").first().innerText()).includes("accelerator tcg-icount. By this clock 1 ns is one instruction."),
			await page.locator("#callgraph p").first().innerText());
	},

	async "exact profile has the figures of each folder and function"(page) {
		const tables = { total: "summary", user: "summary", kernel: "summary", intrusion: "summary", folder: "folders", function: "functions" };
		const shown = counts.exact.filter((e) => e.name !== "nowhere" && e.name !== "tiny");

		for (const { kind, name, arm, insn } of shown) {
			const row = page.locator(`#exact-${tables[kind]} tr[data-name="${name || kind}"]`);
			const cell = row.locator(`td[data-field="arm${arm === "stock" ? 0 : 1}"]`);

			equal(await cell.getAttribute("data-value"), String(insn), `${kind} ${name} ${arm}`);
		}
		// What has less than 0.1 % of each arm is not shown.
		equal(await page.locator("#exact-folders tbody tr").count(), new Set(shown.filter((e) => e.kind === "folder").map((e) => e.name)).size, "folders");
		equal(await page.locator("#exact-functions tbody tr").count(), new Set(shown.filter((e) => e.kind === "function").map((e) => e.name)).size, "functions");
		const change = (table, name) => page.locator(`#exact-${table} tr[data-name="${name}"] td[data-field="percent"]`).innerText();

		equal([await change("summary", "intrusion"), await change("functions", "check"), await change("functions", "fresh")],
			["−50.00 %", "−100.00 %", "new"], "changes");
	},

	async "exact profile has a flame graph of each arm, coloured by the change"(page) {
		const frames = () => page.evaluate(() => Object.fromEntries([...document.querySelectorAll("#exact-flamegraph g.frame")].map((g) =>
			[g.getAttribute("name"), { width: g.getBoundingClientRect().width, colour: g.querySelector("rect").getAttribute("fill") }])));
		const same = "rgb(232,230,224)";
		const stock = await frames();

		equal(Object.keys(stock).length, counts.frames.stock + 1, "frames of stock");
		near(stock.kernel.width / stock.all.width, 0.9, 0.01, "kernel on stock");
		near(stock.sys_read.width / stock.all.width, 0.55, 0.01, "sys_read on stock");
		equal([stock.copy.colour, stock.check.colour], [same, "rgb(78,146,212)"], "unchanged and gone");
		check(stock.tiny === undefined && stock.helper !== undefined, "small frames are folded");
		await page.locator("#exact-flamegraph g.frame[name=sys_read]").hover();
		equal(await page.locator("#exact-flamegraph-details").innerText(),
			"sys_read: 550 → 240 instructions (−56.36 %), 55.0 % of stock", "details");
		await page.locator("#exact-flamegraph g.frame[name=check]").hover();
		equal(await page.locator("#exact-flamegraph-details").innerText(), "check: 200 instructions, 20.0 % of stock; not in tailored", "gone");

		await page.selectOption("#exact-arm", "1");
		const tailored = await frames();

		equal(Object.keys(tailored).length, counts.frames.tailored + 1, "frames of tailored");
		near(tailored.kernel.width / tailored.all.width, 0.8, 0.01, "kernel on tailored");
		equal([tailored.copy.colour, tailored.fresh.colour], [same, "rgb(238,134,66)"], "unchanged and new");
		await page.locator("#exact-flamegraph g.frame[name=page_get]").hover();
		equal(await page.locator("#exact-flamegraph-details").innerText(),
			"page_get: 80 → 40 instructions (−50.00 %), 8.0 % of tailored", "a callee of what was inlined");
		await page.fill("#exact-flamegraph-search", "page_");
		equal((await frames()).page_get.colour, "#E600E6", "highlighted");
		await page.click("#exact button[type=reset]");
	},

	async "controls have labels and pictures have words"(page) {
		const bare = await page.evaluate(() => [
			...[...document.querySelectorAll("input, select")].filter((e) => !e.labels.length).map((e) => e.id),
			...[...document.querySelectorAll("svg")].filter((e) => e.getAttribute("role") !== "img" ||
				!e.getAttribute("aria-label")).map((e) => e.outerHTML.slice(0, 80)),
			...[...document.querySelectorAll("table")].filter((e) => !e.caption && !e.className.includes("facts")).map((e) => e.id),
		]);

		equal(bare, [], "without a label");
	},

	async "prints without its controls, in dark letters"(page) {
		await page.emulateMedia({ media: "print", colorScheme: "dark" });
		equal(await page.locator("#decisions-search").isVisible(), false, "search is printed");
		equal(await page.evaluate(() => getComputedStyle(document.body).color), "rgb(0, 0, 0)", "letters");
		await page.emulateMedia({ media: "screen", colorScheme: "dark" });
		equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(22, 25, 29)", "dark");
	},
});

await suite("full.html", { viewport: { width: 400, height: 800 } }, {
	async "fits a narrow window"(page) {
		check(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page scrolls sideways");
		const widest = await page.evaluate(() => Math.max(...[...document.querySelectorAll(".flamegraph svg")]
			.map((svg) => svg.getBoundingClientRect().width)));
		check(widest <= 400, `a flame graph is ${widest} wide`);
	},
});

await suite("hostile.html", {}, {
	async "markup in the data stays text"(page, seen) {
		equal(seen, { errors: [], requests: [] }, "seen");
		equal(await page.evaluate(() => globalThis.hostile), undefined, "script from the data");
		const why = await page.locator("#decisions-table tbody tr td[data-field=why]").first().innerText();
		check(why.startsWith("</script><script>globalThis.hostile = 1</script><!--<script>"), why);
		const expected = await page.locator("#patches-table td[data-field=expected]").first().innerText();
		check(expected.startsWith("</script><script>"), expected);
		check((await page.locator("#exact-functions").innerText()).includes("</script><script>"), "name of a function");
		check((await page.title()).includes("<b>"), await page.title());
	},
});

await suite("empty.html", {}, {
	async "a section without input says what to pass"(page, seen) {
		equal(seen, { errors: [], requests: [] }, "seen");
		const texts = await page.locator(".absent").allInnerTexts();

		equal(texts.length, 6, "sections without input");
		for (const option of ["--runs", "--log", "--callgraph", "--insn-profile"])
			check(texts.some((t) => t.includes(option)), `${option} is not named`);
	},
});

await suite("refused.html", {}, {
	async "says when there is no reason to tailor"(page, seen) {
		equal(seen, { errors: [], requests: [] }, "seen");
		equal(await page.locator("#refusal").innerText(), "do not tailor: no gain above the noise in any scenario.", "refusal");
		equal(await page.locator("#verdict").innerText(), "do not tailor: no gain above the noise in any scenario.", "headline");
	},
});

await suite("errors.html", {}, {
	async "a scenario with failed requests has no figure"(page, seen) {
		equal(seen, { errors: [], requests: [] }, "seen");
		check(!/undefined|NaN|\[object/.test(await page.locator("body").innerText()), "undefined in the text");
		const failed = await comparisonCells(page, "t", "busy_insn_per_request", "b");

		equal([failed.median.text, failed.verdict.text], ["not measured", "✗ requests failed"], "t in b");
		equal((await comparisonCells(page, "s", "busy_insn_per_request", "b")).median.value, "82.5", "s in b");
		check((await page.locator("#verdict").innerText()).includes("requests of t failed"), "the headline is of another scenario");
	},
});

process.exit(failed ? 1 : 0);
