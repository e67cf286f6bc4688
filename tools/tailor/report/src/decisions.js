// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Every decision of plan.json, with a search and filters.

import { absent, cell, h, heads, labelled, scroll } from "./dom.js";
import * as format from "./format.js";

const filters = [
	{ field: "verdict", label: "Verdict" },
	{ field: "action", label: "Action" },
	{ field: "kind", label: "Kind" },
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
	// The source stands before it as a tag.
	return `${e.what.replace(/^fact /, "")}${outcome(e)}${e.where ? ` (${e.where})` : ""}`;
}

function evidenceList(evidence) {
	const items = evidence.map((e) =>
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

function row(d) {
	return h(
		"tr",
		{ "data-name": d.name },
		h("th", { scope: "row" }, h("code", {}, d.name),
			h("small", {}, d.kind === "patch" && d.patch ? d.patch : `${d.kind}, = ${d.value ?? "–"}`)),
		cell("verdict", d.verdict, d.verdict, { class: `decision-${d.verdict}` }),
		actionCell(d),
		cell("fails", d.fails, [d.fails ?? "–", d.trust ? h("small", {}, `trust ${d.trust}`) : null]),
		cell("evidence", (d.evidence ?? []).length,
			(d.evidence ?? []).length ? evidenceList(d.evidence) : "none seen"),
		cell("why", d.why, [d.why ?? "", d.blocked_by ? h("strong", { class: "blocked" }, `Not done: ${d.blocked_by}.`) : null, places(d)]),
		cell("gain", d.measured ?? d.expected, [
			d.measured ? h("span", {}, `measured: ${d.measured}`) : null,
			d.expected ? h("small", {}, `expected: ${d.expected}`) : null,
			d.measured || d.expected ? null : "–",
		]),
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

export function decisionsSection(plan) {
	if (!plan)
		return [absent("--plan DIR", "see every decision and what it rests on")];

	const decisions = plan.decisions.map((d) => ({ decision: d, text: searchText(d), element: row(d) }));
	const shown = h("output", { id: "decisions-shown", "aria-live": "polite" });
	const search = h("input", { id: "decisions-search", type: "search", placeholder: "symbol, patch, syscall, reason" });
	const selects = filters.map((f) => select(plan.decisions, f));
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
				`${plan.decisions.length} decisions: ${counts(plan.decisions)}.${inputText(plan.input)}`),
		h("p", { class: "notes" },
			"decides-nothing: it ran, but its outcome was the same every time and the facts say why. " +
				"Fails open: what was removed would have refused something; without it access is granted. " +
				"Fails closed: a later workload gets an error."),
		form,
		scroll(
			"Table of the decisions",
			h("table", { id: "decisions-table" },
				h("caption", {}, "Decisions of the plan"),
				heads(["symbol or patch", "verdict", "action", "fails", "evidence", "why and rule", "gain"]),
				h("tbody", {}, decisions.map((d) => d.element))),
		),
	];
}
