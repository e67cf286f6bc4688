// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The comparison of the arms: verdict, chart, table.

import * as Plot from "@observablehq/plot";
import { absent, cell, h, heads, scroll } from "./dom.js";
import * as format from "./format.js";

function baseline(comparison) {
	return comparison.arms[0].name;
}

/** Of the scenario that scripts/measure records in each boot. */
function isBoot(row) {
	return row.scenario === "boot";
}

/** The first metric that says whether the tailoring paid, in the last arm. */
function headlineRow(comparison) {
	return comparison.rows.find(
		(row) => (row.better === "lower" || row.better === "higher") && !row.exact && !isBoot(row) && row.arms[0].median && row.arms.at(-1).n,
	);
}

/** The p that the verdict is from: corrected for the number of tests, where it is. */
function judgedP(arm) {
	return arm.p_corrected_text ? `corrected ${arm.p_corrected_text}` : arm.p_text;
}

function gain(row, arm, base, sample) {
	const name = format.metric(row.metric);

	if (arm.verdict === "too few")
		return `Too few ${sample}s to tell whether ${arm.arm} differs from ${base} in ${name}`;
	if (arm.verdict === "~")
		return `No significant difference between ${arm.arm} and ${base} in ${name}`;
	const verb = row.better === "higher" ? "reaches" : "needs";
	const by = arm.ratio_text || format.change(arm.percent);

	return `${arm.arm} ${verb} ${by.replace("x ", "× ")} ${name} than ${base}`;
}

/** One sentence for the top of the page; a refusal stands before any figure. */
export function verdict(comparison) {
	const row = headlineRow(comparison);

	if (comparison.refusal)
		return h("p", { id: "verdict", class: "verdict", "data-verdict": "refused" }, h("strong", {}, `${comparison.refusal}.`));

	if (!row)
		return h("p", { id: "verdict", class: "verdict" }, "No metric of this comparison has a better direction.");
	const arm = row.arms.at(-1);

	return h(
		"p",
		{ id: "verdict", class: "verdict", "data-verdict": arm.verdict },
		h("strong", {}, gain(row, arm, baseline(comparison), comparison.sample)),
		` ${row.scenario}: ${format.value(row.arms[0].median)} → ${format.value(arm.median)} ${row.unit}` +
			` (n=${row.arms[0].n}+${arm.n} ${comparison.sample}s, ${format.spread(row.arms[0].spread_percent)} and ` +
			`${format.spread(arm.spread_percent)}, ${judgedP(arm)}; ${comparison.accelerator})`,
	);
}

function relative(row, v) {
	return (100 * v) / row.arms[0].median;
}

/** One mark for each arm of each metric with a direction, relative to the baseline's median. */
function chartData(comparison) {
	const data = [];

	for (const row of comparison.rows) {
		// What was counted once has no interval to draw.
		if ((row.better !== "lower" && row.better !== "higher") || row.exact || isBoot(row) || !(row.arms[0].median > 0))
			continue;
		for (const arm of row.arms) {
			if (arm.n === undefined)
				continue;
			data.push({
				group: `${row.scenario}\n${format.metric(row.metric)}`,
				arm: arm.arm,
				percent: relative(row, arm.median),
				low: relative(row, arm.ci_low ?? arm.min),
				high: relative(row, arm.ci_high ?? arm.max),
				verdict: arm.verdict,
				label: `${format.value(arm.median)} ${row.unit} ${format.spread(arm.spread_percent)}, n=${arm.n}` +
					(arm.verdict === "better" || arm.verdict === "worse"
						? `, ${arm.ratio_text || format.change(arm.percent)}`
						: arm.verdict === "~" ? ", ~" : ""),
			});
		}
	}
	return data;
}

const verdictColours = {
	domain: ["baseline", "better", "worse", "~", "too few"],
	range: ["var(--baseline)", "var(--better)", "var(--worse)", "var(--none)", "var(--none)"],
};

function chart(comparison) {
	const data = chartData(comparison);
	const groups = [...new Set(data.map((d) => d.group))];
	const longest = Math.max(...comparison.arms.map((a) => a.name.length));

	return Plot.plot({
		width: 1152,
		height: 56 + data.length * 24 + groups.length * 26,
		marginLeft: 24 + longest * 7,
		marginRight: 24,
		marginTop: 30,
		style: { fontSize: "12px", background: "none", overflow: "visible" },
		x: {
			label: `median in % of ${baseline(comparison)}`,
			domain: [0, Math.max(140, 1.4 * Math.max(...data.map((d) => d.high)))],
			grid: true,
			ticks: 8,
		},
		y: { label: null, domain: comparison.arms.map((a) => a.name), padding: 0.2 },
		fy: { label: null, domain: groups, padding: 0.28, axis: null },
		color: verdictColours,
		marks: [
			Plot.ruleX([100], { stroke: "var(--muted)", strokeDasharray: "3,3" }),
			Plot.barX(data, { x: "percent", y: "arm", fy: "group", fill: "verdict" }),
			Plot.ruleY(data, {
				x1: "low", x2: "high", y: "arm", fy: "group", stroke: "currentColor", strokeWidth: 2,
			}),
			Plot.text(data, {
				x: "high", y: "arm", fy: "group", text: "label", dx: 7, textAnchor: "start", fill: "currentColor",
				stroke: "var(--background)", strokeWidth: 4,
			}),
			Plot.text(groups, {
				fy: (d) => d, text: (d) => d.replace("\n", ": "), frameAnchor: "top-left", dy: -13,
				fontWeight: 600, fill: "currentColor",
			}),
		],
	});
}

function chartFigure(comparison) {
	if (!chartData(comparison).length)
		return null;
	const svg = chart(comparison);

	svg.setAttribute("role", "img");
	svg.setAttribute("aria-label", "Medians relative to the baseline; the table below has the same figures");
	return h(
		"figure",
		{ id: "comparison-chart" },
		scroll("Chart of the comparison", svg),
		h(
			"figcaption",
			{},
			`Bars: medians relative to ${baseline(comparison)}; the line at a bar's end: ` +
				`${100 * comparison.level} % interval of the median (the range, below 6 ${comparison.sample}s). ` +
				"Shorter is better for counts and times, longer for rates. ",
			h("span", { class: "key better" }, "better"), " ",
			h("span", { class: "key worse" }, "worse"), " ",
			h("span", { class: "key none" }, "no significant difference"),
		),
	);
}

const verdictMarks = {
	better: "✓ better", worse: "✗ worse", differs: "✗ differs", equal: "✓ equal", errors: "✗ requests failed",
};

/** Figures of a "same" metric: its value, or that there are several. */
function sameCells(arm) {
	const values = new Set((arm.samples ?? []).map((s) => s.value));
	const text = values.size === 1 ? [...values][0] : `${values.size} different values`;

	return [
		cell("median", text, h("code", { title: text }, format.hash(text)), { colspan: 3 }),
		cell("change", "", "", { colspan: 4 }),
	];
}

function intervalText(arm) {
	const [low, high] = arm.spread_of === "interval" ? [arm.ci_low, arm.ci_high] : [arm.min, arm.max];

	return `${format.value(low)} – ${format.value(high)}${arm.spread_of === "range" ? " (range)" : ""}`;
}

/** Of the exact profile: one boot, so neither spread nor p. */
function exactCells(arm) {
	const compared = arm.percent !== undefined;

	return [
		cell("median", arm.median, format.value(arm.median), { class: "number" }),
		cell("spread_percent", "", "–", { class: "number" }),
		cell("interval", "", "–", { class: "number" }),
		cell("percent", compared ? arm.percent : "", compared ? format.change(arm.percent) : "", { class: "number" }),
		cell("ratio", compared ? arm.ratio : "", compared ? arm.ratio_text.replace("x ", "× ") : ""),
		cell("p", "", compared ? "–" : "", { class: "number" }),
		cell("p_corrected", "", compared ? "–" : "", { class: "number" }),
	];
}

function figureCells(arm) {
	const compared = arm.p !== undefined;
	const significant = compared && !["~", "too few"].includes(arm.verdict);

	return [
		cell("median", arm.median, format.value(arm.median), { class: "number" }),
		cell("spread_percent", arm.spread_percent, format.spread(arm.spread_percent), { class: "number" }),
		cell("interval", "", intervalText(arm), { class: "number" }),
		cell("percent", compared ? arm.percent : "", significant ? format.change(arm.percent) : compared ? "~" : "", {
			class: "number",
		}),
		cell("ratio", compared ? arm.ratio : "", significant ? arm.ratio_text.replace("x ", "× ") : ""),
		cell("p", compared ? arm.p : "", compared ? arm.p_text.replace(/^p=?/, "") : "", { class: "number" }),
		cell("p_corrected", arm.p_corrected ?? "", compared ? arm.p_corrected_text.replace(/^p=?/, "") || "–" : "", {
			class: "number",
		}),
	];
}

function metricHead(row, rows) {
	return h(
		"th",
		{ scope: "row", rowspan: rows, class: "metric" },
		format.metric(row.metric),
		h("small", {}, `${row.unit ? `${row.unit}, ` : ""}${format.better(row.better)}`),
	);
}

/** What must be equal, and is, needs no line for each arm. */
function equalRow(row) {
	const n = row.arms.reduce((sum, arm) => sum + arm.samples.length, 0);

	return h(
		"tr",
		{ "data-scenario": row.scenario, "data-metric": row.metric, "data-arm": "*", class: "first" },
		metricHead(row, 1),
		cell("arm", "*", "all arms"),
		cell("n", n, `${n}`, { class: "number" }),
		cell("boots", "", ""),
		sameCells(row.arms[0]),
		cell("verdict", "equal", verdictMarks.equal, { class: "verdict-equal" }),
	);
}

function metricRows(row) {
	if (row.better === "same" && row.arms.slice(1).every((arm) => arm.verdict === "equal"))
		return equalRow(row);
	return row.arms.map((arm, i) => armRow(row, arm, i));
}

function armRow(row, arm, index) {
	const missing = arm.samples === undefined;

	return h(
		"tr",
		{
			"data-scenario": row.scenario, "data-metric": row.metric, "data-arm": arm.arm,
			class: index === 0 ? "first" : null,
		},
		index === 0 ? metricHead(row, row.arms.length) : null,
		cell("arm", arm.arm, arm.arm),
		cell("n", arm.n ?? arm.samples?.length ?? 0, `${arm.n ?? arm.samples?.length ?? 0}`, { class: "number" }),
		cell("boots", arm.boots ?? 0, `${arm.boots ?? 0}`, { class: "number" }),
		missing
			? cell("median", "", arm.verdict === "errors" ? "not measured" : "no samples", { colspan: 7 })
			: row.better === "same" ? sameCells(arm) : row.exact ? exactCells(arm) : figureCells(arm),
		cell("verdict", arm.verdict, verdictMarks[arm.verdict] ?? arm.verdict, {
			class: `verdict-${arm.verdict.split(" ")[0].replace("~", "none")}`,
		}),
	);
}

function scenarioBody(scenario, rows) {
	return h(
		"tbody",
		{},
		h("tr", { class: "group" }, h("th", { scope: "rowgroup", colspan: 12 }, scenario)),
		rows.map(metricRows),
	);
}

function table(comparison) {
	const scenarios = [...new Set(comparison.rows.map((row) => row.scenario))];
	const columns = ["metric", "arm", ["n", "number"], ["boots", "number"], ["median", "number"], ["spread", "number"],
		[`${100 * comparison.level} % interval`, "number"], ["change", "number"], "ratio", ["p", "number"], ["corrected p", "number"], "verdict"];

	return scroll(
		"Table of the comparison",
		h(
			"table",
			{ id: "comparison-table" },
			h(
				"caption",
				{},
				`Median of n ${comparison.sample}s${comparison.sample === "boot" ? ", each the median of its runs" : ""}, ` +
					`accelerator ${comparison.accelerator}. Spread: the greater distance of an end of the interval (or of the ` +
					"range, where there is none) from the median. p: two-sided Mann-Whitney U test; corrected: by Holm, busy " +
					"figures of the workload over all scenarios and arms, the others within their arm. Significant at corrected " +
					`p ≤ ${comparison.alpha}; ~ stands for no significant difference. No ` +
					"sample is left out. exact: of the exact profile, counted in one boot of each arm.",
			),
			heads(columns),
			scenarios.map((s) => scenarioBody(s, comparison.rows.filter((row) => row.scenario === s))),
		),
	);
}

function geomeans(comparison) {
	const metrics = [...new Set(comparison.geomeans.map((g) => g.metric))];
	const arms = comparison.arms.slice(1).map((arm) => arm.name);
	const of = (metric, arm) => comparison.geomeans.find((g) => g.metric === metric && g.arm === arm);

	if (!metrics.length)
		return null;
	return scroll(
		"Geometric means",
		h("table", { id: "geomeans", class: "narrow" },
			h("caption", {}, `Geometric mean of the ratios to ${baseline(comparison)} over all scenarios`),
			heads(["metric", ...arms]),
			h("tbody", {}, metrics.map((metric) => h("tr", {},
				h("th", { scope: "row" }, format.metric(metric)),
				arms.map((arm) => cell("ratio", of(metric, arm)?.ratio ?? null,
					of(metric, arm) ? (of(metric, arm).ratio_text || "1.00x").replace("x", "×") : "–"))))),
		),
	);
}

/** "2.49× less", where the difference is significant. */
function bootChange(arm) {
	if (arm.p === undefined)
		return "";
	if (["~", "too few"].includes(arm.verdict))
		return arm.verdict;
	return arm.ratio_text.replace("x ", "× ") || format.change(arm.percent);
}

/** What a kernel costs before it serves: size, memory, and the way to the first answered request. */
export function bootSection(comparison) {
	const rows = comparison?.rows.filter(isBoot) ?? [];
	const arms = comparison?.arms.map((arm) => arm.name) ?? [];

	if (!rows.length)
		return [absent("--runs STOCK --runs TAILORED of scripts/measure", "compare size and boot")];
	return [scroll(
		"Size and boot",
		h("table", { id: "boot-table" },
			h("caption", {}, "Medians over the boots. Memory: what is not available after boot, before the appliance starts. " +
				"Busy and wall: from power-on to the first answered request, firmware and unpacking included; busy is what was " +
				"executed, wall holds the waits for disks, which are no time on a counting clock."),
			heads(["metric", ...arms.map((name) => [name, "number"]), ...arms.slice(1).map((name) => `change of ${name}`)]),
			h("tbody", {}, rows.map((row) => h("tr", { "data-metric": row.metric },
				h("th", { scope: "row" }, `${format.metric(row.metric)} (${row.unit})`),
				row.arms.map((arm) => cell("median", arm.median ?? null, format.value(arm.median), { class: "number" })),
				row.arms.slice(1).map((arm) => cell("change", arm.ratio ?? null, bootChange(arm))))))),
	)];
}

export function comparisonSection(comparison) {
	if (!comparison)
		return [absent("--runs STOCK --runs TAILORED", "compare the arms of a measurement")];
	return [
		comparison.banner ? h("p", { class: "banner", id: "banner" }, comparison.banner) : null,
		comparison.refusal ? h("p", { class: "banner", id: "refusal" }, `${comparison.refusal}.`) : null,
		chartFigure(comparison),
		table(comparison),
		geomeans(comparison),
		comparison.notes.length
			? h("ul", { id: "notes", class: "notes" }, comparison.notes.map((n) => h("li", {}, n)))
			: null,
	];
}

function factRows(prefix, facts) {
	return Object.entries(facts).map(([key, value]) =>
		h("tr", {}, h("th", { scope: "row" }, prefix + key), h("td", {}, h("code", {}, value))));
}

/** Where the figures are from: the bed, which is common, and each arm. */
export function provenanceSection(comparison) {
	if (!comparison)
		return [absent("--runs STOCK --runs TAILORED", "see bed, kernels and host")];
	return [
		h("h3", {}, "Bed, the same for all arms"),
		scroll("Bed", h("table", { class: "facts" }, h("tbody", {}, factRows("", comparison.bed)))),
		comparison.arms.map((arm) => [
			h("h3", {}, arm.name),
			scroll(
				arm.name,
				h("table", { class: "facts" },
					h("tbody", {}, factRows("", { runs: arm.runs }), factRows("kernel ", arm.kernel),
						factRows("host ", arm.host))),
			),
		]),
	];
}
