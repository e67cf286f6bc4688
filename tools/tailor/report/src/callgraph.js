// SPDX-License-Identifier: GPL-2.0-only
// The call graph as a flame graph, and its functions by own cost.

import flamegraph from "d3-flame-graph";
import { select } from "d3-selection";
import { absent, cell, h, labelled, scroll } from "./dom.js";
import * as format from "./format.js";

/** Functions listed below the graph. */
const LISTED = 25;

function frameText(node, total, unit) {
	const calls = node.data.calls ? `, ${format.value(node.data.calls)} calls` : "";

	return `${node.data.name}: ${format.value(node.data.value)} ${unit} ` +
		`(${format.share(node.data.value, total)})${calls}`;
}

function draw(box, details, graph) {
	const total = graph.root.value;
	const chart = flamegraph()
		.width(Math.max(320, box.clientWidth))
		.cellHeight(20)
		.minFrameSize(1)
		.transitionDuration(0)
		.sort((a, b) => b.value - a.value)
		.setLabelHandler((d) => frameText(d, total, graph.unit))
		.onHover((d) => {
			details.textContent = frameText(d, total, graph.unit);
		});

	box.replaceChildren();
	select(box).datum(structuredClone(graph.root)).call(chart);
	box.querySelector("svg").setAttribute("role", "img");
	box.querySelector("svg").setAttribute("aria-label", "Flame graph; the table below lists the costliest functions");
	return chart;
}

function functionRow(f, graph) {
	return h(
		"tr",
		{ "data-function": f.name },
		h("th", { scope: "row" }, h("code", {}, f.name)),
		cell("calls", f.calls, format.value(f.calls), { class: "number" }),
		cell("self", f.self, format.value(f.self), { class: "number" }),
		cell("self_share", f.self, format.share(f.self, graph.root.value), { class: "number" }),
		cell("total", f.total, format.value(f.total), { class: "number" }),
	);
}

function table(graph) {
	const listed = graph.functions.slice(0, LISTED);

	return scroll(
		"Table of the functions",
		h("table", { id: "callgraph-table" },
			h("caption", {}, `Functions by own cost, in ${graph.unit}: ${listed.length} of ${graph.functions.length}`),
			h("thead", {}, h("tr", {}, ["function", "calls", "own", "own %", "with callees"]
				.map((text) => h("th", { scope: "col" }, text)))),
			h("tbody", {}, listed.map((f) => functionRow(f, graph)))),
	);
}

/** The graph needs its box's width, so it is drawn once the page is laid out: start() does it. */
export function callgraphSection(graph) {
	if (!graph)
		return { children: [absent("--callgraph FILE", "see the call graph as a flame graph")] };

	const box = h("div", { id: "flamegraph", class: "flamegraph" });
	const details = h("p", { id: "flamegraph-details", class: "details", "aria-live": "polite" },
		"Point at a frame for its cost; click to zoom in.");
	const search = h("input", { id: "flamegraph-search", type: "search", placeholder: "function" });
	const form = h("form", { class: "filters", role: "search" }, labelled("Highlight", search),
		h("button", { type: "reset" }, "Reset"));
	let chart;

	form.addEventListener("submit", (event) => event.preventDefault());
	search.addEventListener("input", () => {
		if (search.value)
			chart.search(search.value);
		else
			chart.clear();
	});
	form.addEventListener("reset", () => {
		chart.clear();
		chart.resetZoom();
	});
	return {
		children: [
			h("p", {},
				`${graph.path}: ${format.value(graph.root.value)} ${graph.unit} in all, ` +
					`${format.value(graph.calls)} calls of ${format.value(graph.functions.length)} functions. A frame's width is ` +
					"its cost with what it called; one trace has no spread. The cost is that of the traced kernel: " +
					"the probes are part of it."),
			form, details, box, table(graph),
		],
		start() {
			let width = 0;

			new ResizeObserver(() => {
				if (box.clientWidth === width)
					return;
				width = box.clientWidth;
				chart = draw(box, details, graph);
			}).observe(box);
			chart = draw(box, details, graph);
			width = box.clientWidth;
		},
	};
}
