// SPDX-License-Identifier: GPL-2.0-only OR MIT
// A flame graph with its controls: a line with the cost of what is pointed at, a search, a reset.

import flamegraph from "d3-flame-graph";
import { select } from "d3-selection";
import { h, labelled } from "./dom.js";

/** Of frames that the search finds; the library's own. */
const FOUND = "#E600E6";

/**
 * A flame graph named id. show() returns what is drawn: {root, text, colour}; root is a tree of
 * {name, value, children}, text(frame, root) says what a frame costs, and colour(frame), if there,
 * is its colour. Further controls stand before the search; one that changes what show() returns
 * calls redraw(). The graph needs its box's width, so it is drawn once the page is laid out:
 * start() does it.
 */
export function flame({ id, show, controls = [], cellHeight = 20 }) {
	const box = h("div", { id, class: "flamegraph" });
	const details = h("p", { id: `${id}-details`, class: "details", "aria-live": "polite" },
		"Point at a frame for its cost; click to zoom in.");
	const search = h("input", { id: `${id}-search`, type: "search", placeholder: "function" });
	const form = h("form", { class: "filters", role: "search" }, controls, labelled("Highlight", search),
		h("button", { type: "reset" }, "Reset"));
	let chart;

	function highlight() {
		if (search.value)
			chart.search(search.value);
		else
			chart.clear();
	}

	function redraw() {
		const { root, text, colour } = show();

		chart = flamegraph()
			.width(Math.max(320, box.clientWidth))
			.cellHeight(cellHeight)
			.minFrameSize(1)
			.transitionDuration(0)
			.sort((a, b) => b.value - a.value)
			.setLabelHandler((d) => text(d.data, root))
			.onHover((d) => {
				details.textContent = text(d.data, root);
			});
		if (colour)
			chart.setColorMapper((d) => (d.highlight ? FOUND : colour(d.data)));
		box.replaceChildren();
		select(box).datum(structuredClone(root)).call(chart);
		const svg = box.querySelector("svg");

		svg.setAttribute("role", "img");
		svg.setAttribute("aria-label", "Flame graph; the table below lists the costliest functions");
		// Lets a printer scale it.
		svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
		if (search.value)
			highlight();
	}

	form.addEventListener("submit", (event) => event.preventDefault());
	search.addEventListener("input", highlight);
	form.addEventListener("reset", () => {
		chart.clear();
		chart.resetZoom();
	});
	return {
		children: [form, details, box],
		redraw,
		start() {
			let width = 0;

			new ResizeObserver(() => {
				if (box.clientWidth === width)
					return;
				width = box.clientWidth;
				redraw();
			}).observe(box);
			redraw();
			width = box.clientWidth;
		},
	};
}
