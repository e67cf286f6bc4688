// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The little of the DOM that every section needs.

/** An element with attributes and children; strings become text, null and false are left out. */
export function h(tag, attributes = {}, ...children) {
	const element = document.createElement(tag);

	for (const [name, value] of Object.entries(attributes)) {
		if (value === null || value === undefined || value === false)
			continue;
		if (name.startsWith("on"))
			element.addEventListener(name.slice(2), value);
		else
			element.setAttribute(name, value === true ? "" : value);
	}
	element.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
	return element;
}

/** A cell that keeps the exact value beside the rounded text shown. */
export function cell(field, value, text, attributes = {}) {
	return h(
		"td",
		{ "data-field": field, "data-value": value === null ? "" : String(value), ...attributes },
		text,
	);
}

/** A row of column heads: names, or [name, "number"] for columns to the right. */
export function heads(columns) {
	return h("thead", {}, h("tr", {}, columns.map((column) => {
		const [text, kind] = [column].flat();

		return h("th", { scope: "col", class: kind }, text);
	})));
}

/** What a section says when its input was not given. */
export function absent(option, what) {
	return h("p", { class: "absent" }, "Not in this report. Pass ", h("code", {}, option), ` to ${what}.`);
}

/** A labelled control. */
export function labelled(text, control) {
	return h("label", {}, h("span", {}, text), control);
}

/** Wide tables scroll inside their own box, never the page; the box can be reached by keyboard. */
export function scroll(label, ...children) {
	return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, ...children);
}
