/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts of a model, as scripts/kconfig-model writes it; expressions are JSON. */
#ifndef TAILOR_TESTS_MODELS_H
#define TAILOR_TESTS_MODELS_H

#define AT_LINE(line) "\"file\":\"Kconfig\",\"line\":" #line
#define DEF(line, depends) "{" AT_LINE(line) ",\"depends\":" depends "}"
/* Each property begins with a comma, and a symbol too: one is there before. */
#define PROP(kind, cond, more) ",{\"kind\":\"" kind "\"," AT_LINE(1) ",\"cond\":" cond "," more "}"
#define PROMPT(cond) PROP("prompt", cond, "\"text\":\"t\"")
#define DEFAULT_IF(value, cond, own_if) PROP("default", cond, "\"if\":" own_if ",\"value\":" value)
#define DEFAULT(value, cond) DEFAULT_IF(value, cond, "null")
#define SELECT(target, cond) PROP("select", cond, "\"target\":\"" target "\"")
#define IMPLY(target, cond) PROP("imply", cond, "\"target\":\"" target "\"")
#define RANGE(low, high, cond) PROP("range", cond, "\"low\":" low ",\"high\":" high)

/* The first property is a prompt that nobody sees. */
#define SYM_DEFS(name, type, defs, props)                                               \
	",{\"name\":\"" name "\",\"type\":\"" type "\",\"choice\":null,\"defs\":[" defs \
	"],\"props\":[{\"kind\":\"prompt\"," AT_LINE(                                   \
		1) ",\"cond\":{\"is\":\"n\"},\"text\":\"none\"}" props "]}"
#define SYM(name, type, depends, props) SYM_DEFS(name, type, DEF(1, depends), props)

/* With a symbol MODULES that can be seen; choices and symbols are strings. */
#define MODEL_FORMAT_OF_TESTS                                                     \
	"{\"format\":2,\"modules\":\"MODULES\",\"choices\":[%s],\"symbols\":["    \
	"{\"name\":\"MODULES\",\"type\":\"bool\",\"choice\":null,\"defs\":[" DEF( \
		1,                                                                \
		"null") "],\"props\":[{\"kind\":\"prompt\"," AT_LINE(1) ",\"cond\":null,\"text\":\"m\"}]}%s]}"

#endif /* TAILOR_TESTS_MODELS_H */
