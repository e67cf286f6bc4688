// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Every decision of plan.json: the patches, and the kernel's symbols with a search and filters.

import { absent, cell, h, heads, labelled, scroll } from "./dom.js";
import * as format from "./format.js";

const filters = [
	{ field: "verdict", label: "Verdict" },
	{ field: "action", label: "Action" },
	{ field: "fails", label: "Fails" },
];

/** More pieces of evidence than this are folded away. */
const EVIDENCE_SHOWN = 3;

function outcome(e) {
	if (e.source === "log" && Number.isInteger(e.count))
		return e.count === 0 ? ": never" : `: ${format.value(e.count)} times`;
	return { true: ": yes", false: ": no" }[e.holds] ?? "";
}

function evidenceText(e) {
	// The source stands before it as a tag, and how often it was seen behind it.
	const what = e.what.replace(/^fact /, "").replace(e.source === "log" ? / (absent|0)$/ : /$^/, "");

	return `${what}${outcome(e)}${e.where ? ` (${e.where})` : ""}`;
}

function evidenceList(evidence) {
	// A rule may ask the same thing in two ways.
	const texts = new Map(evidence.map((e) => [`${e.source} ${evidenceText(e)}`, e]));
	const items = [...texts.values()].map((e) =>
		h("li", {}, h("span", { class: "source" }, e.source), " ", evidenceText(e)));

	if (items.length <= EVIDENCE_SHOWN)
		return h("ul", {}, items);
	return h(
		"details",
		{},
		h("summary", {}, `${items.length} pieces of evidence`),
		h("ul", {}, items),
	);
}

/** The rule, and where the kernel's source has what it is about: folded when that is in many places. */
function places(d) {
	const sources = d.source?.split(/,\s*/) ?? [];
	const list = sources.map((source) => h("code", {}, source));

	return h("small", {},
		d.rule ? h("div", {}, h("code", {}, d.rule)) : null,
		list.length > 2
			? h("details", {}, h("summary", {}, `${list.length} places in the kernel`), list.map((code) => [code, h("br")]))
			: list.map((code) => h("div", {}, code)));
}

function searchText(d) {
	return [d.name, d.patch, d.verdict, d.action, d.why, d.rule, d.source, d.expected, d.measured, d.blocked_by,
		...(d.evidence ?? []).map(evidenceText)].filter(Boolean).join(" ").toLowerCase();
}

function actionCell(d) {
	return cell("action", d.action, h("span", { class: `action action-${d.action}` }, d.action));
}

function evidenceCell(d) {
	const evidence = d.evidence ?? [];

	return cell("evidence", evidence.length, evidence.length ? evidenceList(evidence) : "none seen");
}

function failsCell(d) {
	return cell("fails", d.fails, [d.fails ?? "–", d.trust ? h("small", {}, `trust ${d.trust}`) : null]);
}

function whyCell(d) {
	return cell("why", d.why,
		[d.why ?? "", d.blocked_by ? h("strong", { class: "blocked" }, `Not done: ${d.blocked_by}.`) : null, places(d)]);
}

function nameHead(d, text) {
	return h("th", { scope: "row" }, h("code", {}, d.name), h("small", {}, text));
}

function symbolRow(d) {
	return h(
		"tr",
		{ "data-name": d.name },
		nameHead(d, `${d.kind}, = ${d.value ?? "–"}`),
		cell("verdict", d.verdict, d.verdict, { class: `decision-${d.verdict}` }),
		actionCell(d),
		failsCell(d),
		evidenceCell(d),
		whyCell(d),
		cell("gain", d.measured ?? d.expected, [
			d.measured ? h("span", {}, `measured: ${d.measured}`) : null,
			d.expected ? h("small", {}, `expected: ${d.expected}`) : null,
			d.measured || d.expected ? null : "–",
		]),
	);
}

function patchRow(d) {
	return h(
		"tr",
		{ "data-name": d.name },
		nameHead(d, d.patch ?? "–"),
		actionCell(d),
		cell("verdict", d.verdict, d.verdict, { class: `decision-${d.verdict}` }),
		failsCell(d),
		evidenceCell(d),
		whyCell(d),
		cell("expected", d.expected, d.expected ?? "–"),
		cell("measured", d.measured, d.measured ?? h("small", {}, "not measured on this appliance")),
	);
}

function select(decisions, { field, label }) {
	const counts = new Map();

	for (const d of decisions)
		counts.set(d[field], (counts.get(d[field]) ?? 0) + 1);
	return labelled(
		label,
		h(
			"select",
			{ id: `filter-${field}`, "data-filter": field },
			h("option", { value: "" }, "all"),
			[...counts].map(([value, n]) => h("option", { value }, `${value} (${n})`)),
		),
	);
}

function matches(d, search, wanted) {
	return (
		search.split(/\s+/).every((word) => d.text.includes(word)) &&
		wanted.every(([field, value]) => !value || String(d.decision[field]) === value)
	);
}

function counts(decisions) {
	const by = {};

	for (const d of decisions)
		by[d.verdict] = (by[d.verdict] ?? 0) + 1;
	return Object.entries(by).map(([verdict, n]) => `${n} ${verdict}`).join(", ");
}

function inputText(input) {
	if (!input)
		return "";
	return ` Log: ${format.value(input.events)} events, ` +
		`${(input.lost ?? -1) < 0 ? "an unknown number" : format.value(input.lost)} lost, ` +
		`${input.complete ? "complete" : "not complete"}.`;
}

/** What the last tenth of the profile still brought; older plans do not say. */
function saturationText(saturation) {
	const kinds = {
		syscalls: "system calls", errors: "errors", uses: "uses that rules look at",
		addresses: "instructions of the kernel", symbols: "symbols whose code ran",
	};
	const brought = Object.entries(kinds).filter(([kind]) => saturation?.[kind]?.seen)
		.map(([kind, text]) => `${format.value(saturation[kind].late)} of ${format.value(saturation[kind].seen)} ${text}`);

	return (brought.length ? ` New in the last tenth of the profile: ${brought.join(", ")}.` : "") +
		(saturation?.growing ? ` Take care: ${saturation.growing}.` : "");
}

/** Those that are applied first, each group in the order of the series. */
function inOrder(patches) {
	return [...patches.filter((d) => d.action === "apply"), ...patches.filter((d) => d.action !== "apply")];
}

function patchCounts(patches) {
	const applied = patches.filter((d) => d.action === "apply");
	const open = applied.filter((d) => d.fails === "open");

	return `${patches.length} patches: ${applied.length} applied, of which ${open.length} fail open; ` +
		`${patches.length - applied.length} not applied.`;
}

export function patchesSection(plan) {
	if (!plan)
		return [absent("--plan DIR", "see which patches are applied, and why")];
	const patches = plan.decisions.filter((d) => d.kind === "patch");

	if (!patches.length)
		return [h("p", { class: "absent" }, "The plan has no patches.")];
	return [
		h("p", {}, patchCounts(patches)),
		h("p", { class: "notes" },
			"decides-nothing: what the patch leaves out ran, but its outcome was the same every time, or nothing asked for it. " +
				"Fails open: it would have refused something to a later workload; without it access is granted. " +
				"Fails closed: nothing is granted, and where the patch does not fit the kernel takes its ordinary way. " +
				"Expected: per operation, from the patch's header. Measured: on this appliance, in a kernel without the patch and one with it."),
		scroll(
			"Table of the patches",
			h("table", { id: "patches-table", class: "decisions" },
				h("caption", {}, "Patches, those that are applied first"),
				heads(["option and patch", "action", "verdict", "fails", "evidence", "why and rule", "expected gain", "measured gain"]),
				h("tbody", {}, inOrder(patches).map(patchRow))),
		),
	];
}

export function decisionsSection(plan) {
	if (!plan)
		return [absent("--plan DIR", "see every decision and what it rests on")];

	const symbols = plan.decisions.filter((d) => d.kind !== "patch");
	const decisions = symbols.map((d) => ({ decision: d, text: searchText(d), element: symbolRow(d) }));
	const shown = h("output", { id: "decisions-shown", "aria-live": "polite" });
	const search = h("input", { id: "decisions-search", type: "search", placeholder: "symbol, syscall, reason" });
	const selects = filters.map((f) => select(symbols, f));
	const form = h("form", { class: "filters", role: "search" }, labelled("Search", search), selects,
		h("button", { type: "reset" }, "Show all"), shown);

	function apply() {
		const wanted = [...form.querySelectorAll("select")].map((s) => [s.dataset.filter, s.value]);
		let n = 0;

		for (const d of decisions) {
			d.element.hidden = !matches(d, search.value.trim().toLowerCase(), wanted);
			n += !d.element.hidden;
		}
		shown.textContent = `${n} of ${decisions.length} shown`;
	}

	form.addEventListener("input", apply);
	form.addEventListener("submit", (event) => event.preventDefault());
	// The fields are emptied after the event.
	form.addEventListener("reset", () => setTimeout(apply));
	apply();
	return [
		h("p", {},
			`Appliance ${plan.appliance ?? "without a name"}, trust ${plan.trust}, kernel ${plan.kernel_release ?? "unknown"}. ` +
				`${symbols.length} decisions about symbols: ${counts(symbols)}.${inputText(plan.input)}${saturationText(plan.saturation)}`),
		h("p", { class: "notes" },
			"decides-nothing: it ran, but its outcome was the same every time and the facts say why. " +
				"Fails open: what was removed would have refused something; without it access is granted. " +
				"Fails closed: a later workload gets an error."),
		form,
		scroll(
			"Table of the decisions",
			h("table", { id: "decisions-table", class: "decisions" },
				h("caption", {}, "Decisions of the plan about the kernel's symbols"),
				heads(["symbol", "verdict", "action", "fails", "evidence", "why and rule", "gain"]),
				h("tbody", {}, decisions.map((d) => d.element))),
		),
	];
}
