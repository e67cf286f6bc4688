// SPDX-License-Identifier: GPL-2.0-only OR MIT
// The exact profile: each instruction of an operation, by folder, function and stack, arm by arm.

import { absent, cell, h, heads, labelled, scroll } from "./dom.js";
import { flame } from "./flame.js";
import * as format from "./format.js";

/** Functions listed at first. */
const LISTED = 25;

/** Red, green and blue of frames that are the same in both arms, and of those only one has. */
const SAME = [232, 230, 224];
const FEWER = [78, 146, 212];
const MORE = [238, 134, 66];

/** Which arm an arm's frames are compared with: the first with the last, the others with the first. */
function otherArm(profile, index) {
	return profile.arms[index ? 0 : profile.arms.length - 1];
}

/** The frames of an arm as a tree under one root. */
function tree(profile, index) {
	const { total, nodes } = profile.arms[index];
	const root = { name: "all", value: total, other: otherArm(profile, index).total, children: [] };
	const all = [];

	for (const [name, parent, value, other] of nodes) {
		const node = { name: profile.names[name], value, other, children: [] };

		all.push(node);
		(all[parent] ?? root).children.push(node);
	}
	return root;
}

/** From the baseline to the other arm, whichever of them is drawn; null when the baseline has none. */
function changeOf(frame, index) {
	const [before, after] = index ? [frame.other, frame.value] : [frame.value, frame.other];

	return before > 0 ? (100 * (after - before)) / before : null;
}

function colourOf(frame, index) {
	const change = changeOf(frame, index) ?? 100;
	const share = Math.min(Math.abs(change), 100) / 100;
	const end = change < 0 ? FEWER : MORE;

	return `rgb(${SAME.map((c, i) => Math.round(c + share * (end[i] - c))).join(",")})`;
}

function frameText(profile, frame, root, index) {
	const other = otherArm(profile, index);
	const own = profile.arms[index];
	const change = changeOf(frame, index);
	const [before, after] = index ? [frame.other, frame.value] : [frame.value, frame.other];
	const share = `${format.share(frame.value, root.value)} of ${own.name}`;

	if (other === own)
		return `${frame.name}: ${format.value(Math.round(frame.value))} instructions, ${share}`;
	if (!(frame.other > 0))
		return `${frame.name}: ${format.value(Math.round(frame.value))} instructions, ${share}; not in ${other.name}`;
	return `${frame.name}: ${format.value(Math.round(before))} → ${format.value(Math.round(after))} instructions ` +
		`(${format.change(change)}), ${share}`;
}

/** Cells of a row: a figure for each arm, and the change from the first to the last. */
function figures(insn, round) {
	const [before, after] = [insn[0], insn.at(-1)];
	const cells = insn.map((v, i) => cell(`arm${i}`, v, format.value(round(v)), { class: "number" }));

	if (insn.length > 1)
		cells.push(
			cell("difference", after - before, format.difference(round(after - before)), { class: "number" }),
			cell("percent", before > 0 ? (100 * (after - before)) / before : "",
				before > 0 ? format.change((100 * (after - before)) / before) : "new", { class: "number" }));
	return cells;
}

function rows(entries) {
	return entries.map(({ name, insn }) => h("tr", { "data-name": name },
		h("th", { scope: "row" }, h("code", {}, name)), figures(insn, Math.round)));
}

function columns(profile, first) {
	const change = profile.arms.length > 1 ? [["difference", "number"], ["change", "number"]] : [];

	return heads([first, ...profile.arms.map((arm) => [arm.name, "number"]), ...change]);
}

function summary(profile) {
	const of = (field) => profile.arms.map((arm) => arm[field]);
	const row = (field, text, round) => h("tr", { "data-name": field },
		h("th", { scope: "row" }, text), figures(of(field), round));

	return scroll(
		"Instructions of user and kernel",
		h("table", { id: "exact-summary", class: "narrow" },
			h("caption", {}, `Instructions of one ${profile.operation}`),
			columns(profile, ""),
			h("tbody", {},
				row("total", "all", Math.round), row("user", "user", Math.round), row("kernel", "kernel", Math.round),
				row("intrusion", "intrusion factor: all / user", (v) => Math.round(100 * v) / 100))),
	);
}

function folders(profile) {
	return scroll(
		"Instructions by folder",
		h("table", { id: "exact-folders", class: "narrow" },
			h("caption", {}, `Kernel instructions of one ${profile.operation} by folder of the source ` +
				`(those with ${profile.shown_percent} % or more of an arm)`),
			columns(profile, "folder"),
			h("tbody", {}, rows(profile.folders))),
	);
}

function functions(profile) {
	const body = h("tbody", {}, rows(profile.functions.slice(0, LISTED)));
	const rest = profile.functions.slice(LISTED);
	const more = rest.length
		? h("button", {
			type: "button",
			onclick: () => {
				body.append(...rows(rest));
				more.remove();
			},
		}, `Show the other ${rest.length} functions with ${profile.shown_percent} % or more`)
		: null;

	return [
		scroll(
			"Instructions by function",
			h("table", { id: "exact-functions", class: "narrow" },
				h("caption", {}, `Own kernel instructions of one ${profile.operation} by function, of ` +
					`${format.value(profile.nr_functions)} functions that ran`),
				columns(profile, "function"),
				body),
		),
		more,
	];
}

function legend(profile) {
	const [base, last] = [profile.arms[0].name, profile.arms.at(-1).name];
	const key = (rgb, text) => h("span", { class: "swatch", style: `--swatch: rgb(${rgb.join(",")})` }, text);

	if (profile.arms.length < 2)
		return null;
	return h("p", { class: "notes" },
		`A frame is as wide as its function with what it called, and coloured by the change from ${base} to ` +
			`${profile.arms.length > 2 ? `the other arm (to ${last} when ${base} is drawn)` : last}: `,
		key(FEWER, "gone"), " ", key(SAME, "unchanged"), " ", key(MORE, "twice as much, or new"), ". " +
			"A frame is compared with the same function below the same callers; callers that one of the compilations " +
			`has inlined are passed over. Frames below ${profile.shown_percent} % of their arm are folded into their caller.`);
}

function sides(profile) {
	if (profile.client === "behind a card")
		return "the server machine alone, behind a card, ";
	return profile.operation === "request" ? "client and server, " : "";
}

function remarks(profile) {
	return `${profile.path}: each instruction of ${profile.operations} ${profile.operation}s of ${profile.scenario} in a row, ` +
		`${sides(profile)}in one boot of each arm (n = 1: what differs from boot to boot is not known). ` +
		`Accelerator ${profile.accelerator}. Instructions are not time. ` +
		"The tables and the graph show the mean of one.";
}

export function exactSection(profile) {
	if (!profile)
		return { children: [absent("--insn-profile DIR", "see the instructions of an operation, function by function")] };

	const arms = h("select", { id: "exact-arm" },
		profile.arms.map((arm, i) => h("option", { value: i }, arm.name)));
	const graph = flame({
		id: "exact-flamegraph",
		// Stacks of a kernel are deep.
		cellHeight: 16,
		controls: [labelled("Widths of", arms)],
		show() {
			const index = Number(arms.value);

			return {
				root: tree(profile, index),
				text: (frame, root) => frameText(profile, frame, root, index),
				colour: profile.arms.length > 1 ? (frame) => colourOf(frame, index) : null,
			};
		},
	});

	arms.addEventListener("change", graph.redraw);
	return {
		children: [
			h("p", {}, remarks(profile)),
			summary(profile), graph.children.slice(0, 1), legend(profile), graph.children.slice(1),
			h("div", { class: "beside" }, h("div", {}, folders(profile)), h("div", {}, functions(profile))),
		],
		start: graph.start,
	};
}
