# SPDX-License-Identifier: GPL-2.0-only
# make            build the tool as build/tailor
# make appliance  the main job: profile, decide, build, compare (APP=, OUT=, BOOTS=, RUNS=, ACCEL=, TRUST=, BED=, VCPUS=)
# make check      every test, on a fresh machine too; ends with "N passed, N failed, N skipped"
#                 (SUITES="NAME...", SUITES=list says what there is; FULL=1 adds what takes hours: each kernel of the patch
#                 series built and booted, and longer runs of two suites)
# make check-series  of these the suites of the patch series
# make lint       the form of scripts, C files and documents
# make compile_commands.json  for clangd and other tools that ask how a file is compiled
# make clean      remove build/ (or from another O what "make" put there); caches stay in ~/.cache/tailor
# make help       this

APP ?= lighttpd-only
export O ?= $(CURDIR)/build

.PHONY: all tool appliance check check-series lint clean help compile_commands.json
all: tool

tool:
	$(MAKE) --no-print-directory -C tools/tailor O=$(O)

appliance:
	@scripts/appliance $(APP) $(if $(OUT),--out $(OUT)) $(if $(BOOTS),--boots $(BOOTS)) $(if $(RUNS),--runs $(RUNS)) \
		$(if $(ACCEL),--accel $(ACCEL)) $(if $(TRUST),--trust $(TRUST)) $(if $(BED),--bed $(BED)) $(if $(VCPUS),--vcpus $(VCPUS))

check:
ifeq ($(SUITES),list)
	@scripts/check --list
else
	scripts/install-deps
	scripts/check $(if $(FULL),--full) $(SUITES)
endif

check-series:
	scripts/install-deps
	scripts/check --series $(if $(FULL),--full)

lint:
	scripts/lint

clean:
ifeq ($(O),$(CURDIR)/build)
	rm -rf -- $(O)
else
	$(MAKE) --no-print-directory -C tools/tailor O=$(O) clean
endif

help:
	@sed -n 's/^# \{0,1\}//; 2,/^$$/{ /^SPDX/d; /^$$/d; p }' $(firstword $(MAKEFILE_LIST))

compile_commands.json:
	$(MAKE) --no-print-directory -C tools/tailor O=$(O) $(CURDIR)/compile_commands.json
