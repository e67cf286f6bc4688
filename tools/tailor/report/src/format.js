// SPDX-License-Identifier: GPL-2.0-only OR MIT
// Numbers and words as they are shown. Exact values stand in data-value attributes.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const three = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const digits = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });

/** 174,760 or 12.35: whole numbers from 1000 on, four digits below. */
export function value(v) {
	if (v === null || v === undefined)
		return "–";
	return Math.abs(v) >= 1000 || Number.isInteger(v) ? whole.format(v) : digits.format(v);
}

/** "±0.13 %"; an exact repetition is "±0 %". */
export function spread(percent) {
	if (percent === null || percent === undefined)
		return "±?";
	return `±${percent === 0 ? "0" : percent < 0.005 ? "<0.01" : percent.toFixed(percent < 10 ? 2 : 0)} %`;
}

/** "−45.35 %", with a sign in both directions. */
export function change(percent) {
	if (percent === null || percent === undefined)
		return "–";
	return `${percent < 0 ? "−" : "+"}${Math.abs(percent).toFixed(2)} %`;
}

/** "−1,234", with a sign in both directions. */
export function difference(v) {
	return `${v < 0 ? "−" : "+"}${value(Math.abs(v))}`;
}

export function share(part, total) {
	return total > 0 ? `${((100 * part) / total).toFixed(1)} %` : "–";
}

/** A duration in its largest fitting unit; cycles stay cycles. */
export function duration(v, unit) {
	const steps = { ns: ["ns", "µs", "ms", "s"], us: ["µs", "ms", "s"] }[unit];
	let scaled = v;
	let i = 0;

	if (v === null)
		return "–";
	if (!steps)
		return `${value(v)} ${unit}`;
	while (i + 1 < steps.length && scaled >= 1000) {
		scaled /= 1000;
		i++;
	}
	return `${three.format(scaled)} ${steps[i]}`;
}

/** What a counting clock means for the durations of a log. */
export function clock({ accelerator, unit }) {
	return accelerator?.includes("icount") && unit === "ns" ? "By this clock 1 ns is one instruction. " : "";
}

/** server_insn_per_request: "server instructions per request". */
export function metric(name) {
	return name.replaceAll("_", " ").replace(/\binsn\b/g, "instructions");
}

const betterWords = {
	lower: "lower is better",
	higher: "higher is better",
	same: "must be equal",
	none: "neither is better",
};

export function better(name) {
	return betterWords[name] ?? name;
}

/** Short enough to be read, with the whole one in the title. */
export function hash(text) {
	return /^[0-9a-f]{24,}$/.test(text) ? text.slice(0, 12) : text;
}
