// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Durations of the system calls of a log: log2 histograms and a table.

import * as Plot from "@observablehq/plot";
import { absent, cell, h, heads, scroll } from "./dom.js";
import * as format from "./format.js";

/** Histograms shown before one asks for all. */
const FIRST = 12;

/** Exponents of two at which the powers of ten lie: 1 µs, 10 µs, ...; every second one if there are many. */
function decades([low, high]) {
	const first = Math.ceil(low * Math.log10(2));
	const last = Math.floor(high * Math.log10(2));
	const step = last - first > 4 ? 2 : 1;
	const exponents = [];

	for (let k = first; k <= last; k += step)
		exponents.push(k / Math.log10(2));
	return exponents;
}

/** A bar for each power of two from the least to the greatest of the whole log: one axis for all. */
function histogram(syscall, domain, unit) {
	const data = syscall.log2.map(([exponent, calls]) => ({ exponent, calls }));

	return Plot.plot({
		width: 300,
		height: 130,
		marginLeft: 46,
		marginBottom: 34,
		style: { fontSize: "11px", background: "none" },
		x: {
			type: "linear",
			domain,
			ticks: decades(domain),
			tickFormat: (e) => format.duration(Number((2 ** e).toPrecision(9)), unit),
			label: null,
		},
		y: { label: null, grid: true, ticks: 3, tickFormat: "~s" },
		marks: [
			Plot.rectY(data, {
				x1: (d) => d.exponent, x2: (d) => d.exponent + 1, y: "calls", fill: "var(--accent)", inset: 0.5,
				title: (d) => `${format.duration(d.exponent === 0 ? 0 : 2 ** d.exponent, unit)} to ` +
					`${format.duration(2 ** (d.exponent + 1), unit)}: ${format.value(d.calls)} calls`,
			}),
			Plot.ruleY([0]),
		],
	});
}

function figure(syscall, domain, unit) {
	const svg = histogram(syscall, domain, unit);

	svg.setAttribute("role", "img");
	svg.setAttribute("aria-label", `Histogram of the durations of ${syscall.name}`);
	return h(
		"figure",
		{ class: "histogram", "data-syscall": syscall.name },
		h("figcaption", {}, h("code", {}, syscall.name),
			` n=${format.value(syscall.timed)}, median ${format.duration(syscall.p50, unit)}`),
		svg,
	);
}

function row(syscall, total, unit) {
	const time = (field) => cell(field, syscall[field], format.duration(syscall[field], unit), { class: "number" });

	return h(
		"tr",
		{ "data-syscall": syscall.name },
		h("th", { scope: "row" }, h("code", {}, syscall.name)),
		cell("calls", syscall.calls, format.value(syscall.calls), { class: "number" }),
		cell("errors", syscall.errors, format.value(syscall.errors), { class: "number" }),
		cell("share", syscall.total, format.share(syscall.total, total), { class: "number" }),
		["total", "min", "fastest", "avg", "p50", "p95", "p99", "max"].map(time),
	);
}

function table(log, total) {
	const numbers = ["calls", "errors", "% time", "total", "min", "fastest 30", "avg", "p50", "p95", "p99", "max"];

	return scroll(
		"Table of the system calls",
		h("table", { id: "latency-table" },
			h("caption", {}, "Durations by system call; fastest 30: mean of the 30 fastest calls, the undisturbed case"),
			heads(["system call", ...numbers.map((text) => [text, "number"])]),
			h("tbody", {}, log.syscalls.map((s) => row(s, total, log.unit)))),
	);
}

function domainOf(syscalls) {
	const exponents = syscalls.flatMap((s) => s.log2.map(([e]) => e));

	return [Math.min(...exponents), Math.max(...exponents) + 1];
}

export function latencySection(log) {
	if (!log)
		return [absent("--log FILE", "see how long each system call took")];
	if (!log.syscalls.length)
		return [h("p", { class: "absent" }, "The log holds no system calls.")];

	/* What never returned has no duration to draw. */
	const timed = log.syscalls.filter((s) => s.timed > 0);
	const domain = timed.length ? domainOf(timed) : [0, 1];
	const total = log.syscalls.reduce((sum, s) => sum + s.total, 0);
	const grid = h("div", { class: "histograms", id: "histograms" },
		timed.slice(0, FIRST).map((s) => figure(s, domain, log.unit)));
	const rest = timed.slice(FIRST);
	const more = rest.length
		? h("button", {
			type: "button",
			onclick: () => {
				grid.append(...rest.map((s) => figure(s, domain, log.unit)));
				more.remove();
			},
		}, `Show the histograms of the other ${rest.length} system calls`)
		: null;

	return [
		h("p", {},
			`${format.value(log.input.events)} events of ${log.paths.join(", ")}` +
				`${log.kernel ? `, kernel ${log.kernel}` : ""}, accelerator ${log.accelerator ?? "not stated in the log"}; ` +
				`${log.input.complete ? "complete" : `not complete: ${log.input.incomplete}`}. ` +
				`${format.clock(log)}` +
				"The spread stands as percentiles in the table and as the histogram's shape; " +
				"all histograms have one axis, each bar a power of two."),
		grid,
		more,
		table(log, total),
	];
}
