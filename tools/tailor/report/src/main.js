// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Builds the page from its one block of data, which tailor report wrote (tailor-report(1)).

import { bootSection, comparisonSection, provenanceSection, verdict } from "./comparison.js";
import { callgraphSection } from "./callgraph.js";
import { decisionsSection, patchesSection } from "./decisions.js";
import { h } from "./dom.js";
import { exactSection } from "./exact.js";
import { latencySection } from "./latency.js";
import "./style.css";

function section(id, title, children) {
	return h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), children);
}

function bedLine(comparison) {
	const bed = comparison.bed;
	const parts = [
		`accelerator ${bed.accelerator}`,
		bed.clock && `clock ${bed.clock}`,
		bed.cpu && `CPU ${bed.cpu}`,
		bed.vcpus && `${bed.vcpus} vCPU${bed.vcpus === "1" ? "" : "s"}`,
		bed.memory_mib && `${bed.memory_mib} MiB`,
		bed.qemu && `QEMU ${bed.qemu}`,
	];

	return h("p", { class: "bed", id: "bed" }, parts.filter(Boolean).join(" · "));
}

function header(data) {
	const children = data.comparison ? [verdict(data.comparison), bedLine(data.comparison)] : [];

	return h(
		"header",
		{},
		h("h1", {}, data.title),
		children,
		h("nav", { "aria-label": "Sections" },
			[["comparison", "Comparison"], ["boot", "Size and boot"], ["exact", "Exact profile"], ["patches", "Patches"], ["decisions", "Decisions"], ["latency", "Latency"],
				["callgraph", "Call graph"], ["provenance", "Provenance"]]
				.map(([id, text]) => h("a", { href: `#${id}` }, text))),
	);
}

const data = JSON.parse(document.getElementById("data").textContent);
const graph = callgraphSection(data.callgraph);
const exact = exactSection(data.insn_profile);

document.body.prepend(
	header(data),
	h(
		"main",
		{},
		section("comparison", "Comparison", comparisonSection(data.comparison)),
		section("boot", "Size and boot", bootSection(data.comparison)),
		section("exact", "Exact profile", exact.children),
		section("patches", "Patches", patchesSection(data.plan)),
		section("decisions", "Decisions", decisionsSection(data.plan)),
		section("latency", "Latency of system calls", latencySection(data.log)),
		section("callgraph", "Call graph", graph.children),
		section("provenance", "Provenance", provenanceSection(data.comparison)),
	),
);
exact.start?.();
graph.start?.();
document.documentElement.dataset.ready = "yes";
