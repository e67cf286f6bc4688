// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The call graph as a flame graph, and its functions by own cost.

import { absent, cell, h, heads, scroll } from "./dom.js";
import { flame } from "./flame.js";
import * as format from "./format.js";

/** Functions listed below the graph. */
const LISTED = 25;

/** The nodes of the log as a tree under one root, and as functions with what all their calls took. */
function build(graph) {
	const root = { name: "all", value: 0, calls: 0, children: [] };
	const nodes = [];
	const functions = graph.functions.map((name) => ({ name, calls: 0, self: 0, total: 0 }));

	for (const [fn, parent, calls, total, self] of graph.nodes) {
		const node = { name: graph.functions[fn], value: total, calls, children: [], fn, parent: nodes[parent] ?? null };

		nodes.push(node);
		(node.parent ?? root).children.push(node);
		functions[fn].calls += calls;
		functions[fn].self += self;
		if (!isRecursion(node))
			functions[fn].total += total;
	}
	// A call without an exit has no time of its own: it is as wide as what it called.
	for (const node of nodes.toReversed())
		node.value = Math.max(node.value, sum(node.children));
	root.value = sum(root.children);
	for (const node of nodes)
		delete node.parent;
	return { root, functions: functions.filter((f) => f.calls).sort((a, b) => b.self - a.self) };
}

function sum(nodes) {
	return nodes.reduce((total, node) => total + node.value, 0);
}

/** Whether a caller is the same function: its time already has this one's in it. */
function isRecursion(node) {
	for (let caller = node.parent; caller; caller = caller.parent)
		if (caller.fn === node.fn)
			return true;
	return false;
}

function frameText(frame, total, unit) {
	const calls = frame.calls ? `, ${format.value(frame.calls)} calls` : "";

	return `${frame.name}: ${format.duration(frame.value, unit)} (${format.share(frame.value, total)})${calls}`;
}

function functionRow(f, total, unit) {
	return h(
		"tr",
		{ "data-function": f.name },
		h("th", { scope: "row" }, h("code", {}, f.name)),
		cell("calls", f.calls, format.value(f.calls), { class: "number" }),
		cell("self", f.self, format.duration(f.self, unit), { class: "number" }),
		cell("self_share", f.self, format.share(f.self, total), { class: "number" }),
		cell("self_per_call", f.self / f.calls, format.duration(f.self / f.calls, unit), { class: "number" }),
		cell("total", f.total, format.duration(f.total, unit), { class: "number" }),
	);
}

function table(functions, total, unit) {
	const listed = functions.slice(0, LISTED);

	return scroll(
		"Table of the functions",
		h("table", { id: "callgraph-table" },
			h("caption", {}, `Functions by own time: ${listed.length} of ${functions.length}`),
			heads(["function", ["calls", "number"], ["own", "number"], ["own %", "number"], ["own, mean of a call", "number"],
				["with callees", "number"]]),
			h("tbody", {}, listed.map((f) => functionRow(f, total, unit)))),
	);
}

/** What a reader has to know before taking the widths at their word. */
function remarks(graph, root, functions) {
	const calls = functions.reduce((n, f) => n + f.calls, 0);
	const unmatched = graph.missing_exits + graph.stray_exits;

	return `${graph.path}: ${format.duration(root.value, graph.unit)} in all, ${format.value(calls)} calls of ` +
		`${format.value(functions.length)} functions, by the clock of the traced guest, accelerator ${graph.accelerator ?? "not stated in the log"}. ` +
		`${format.clock(graph)}` +
		`${graph.input.complete ? "The log is complete. " : `The log is not complete: ${graph.input.incomplete}. `}` +
		`${unmatched ? `${format.value(unmatched)} entries or exits have no counterpart. ` : ""}` +
		"A frame is as wide as its call took with what it called. One trace has no spread, and the probes are part of what it shows.";
}

export function callgraphSection(graph) {
	if (!graph)
		return { children: [absent("--callgraph FILE", "see the call graph as a flame graph")] };

	const { root, functions } = build(graph);
	const { children, start } = flame({
		id: "flamegraph",
		show: () => ({ root, text: (frame) => frameText(frame, root.value, graph.unit) }),
	});

	return {
		children: [h("p", {}, remarks(graph, root, functions)), children, table(functions, root.value, graph.unit)],
		start,
	};
}
