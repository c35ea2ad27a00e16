# The main commands. `make help` lists them. Most have an npm script of the same name.
.PHONY: help demo smoke test coverage check bench bench-long mongo cache diff fix desktop viewer package screenshots

# The npm package `node` contains our Node. Every command below runs on it, whatever Node the machine has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

help: ## lists the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 13
	@echo
	@echo "LOG is mongodb://…, https://…, or a .ndjson, .events or .sqlite file. AT is a sequence, a date or a time."

node_modules/.ready: package.json package-lock.json
	@# npm writes its own list when an install is complete, so a plain "npm ci" counts too.
	@if ! [ node_modules/.package-lock.json -nt package-lock.json -a node_modules/.package-lock.json -nt package.json ]; then \
	  npm ci --no-audit --no-fund --loglevel=error || exit 1; fi
	@touch $@

demo: node_modules/.ready ## starts everything on the embedded log with new sample data and serves it (KEEP=1: with the data of the last run)
	@node fixtures/demo/demo.ts $(if $(KEEP),--keep)

smoke: node_modules/.ready ## runs the demo without serving, in a separate folder: fails unless the cache equals a replay from zero
	@node fixtures/demo/demo.ts --smoke

test: node_modules/.ready ## runs every test, on a MongoDB server if one is available
	@npm run --silent test

coverage: node_modules/.ready ## runs every test and lists the lines that no test runs
	@npm run --silent coverage

check: node_modules/.ready ## checks types, lint and format, and runs every test, as CI does
	@for phase in types lint test; do \
	  start=$$(date +%s); npm run --silent $$phase || exit 1; echo "$$phase took $$(($$(date +%s) - start)) s"; \
	done

bench: node_modules/.ready ## measures every budget of the design and prints a table; bench.json is for programs
	@npm run --silent bench

bench-long: node_modules/.ready ## measures a rebuild and queries with 1 and 10 million events
	@npm run --silent bench-long

mongo: node_modules/.ready ## finds or starts a MongoDB server for development and prints its URL
	@node fixtures/mongodb/serve.ts

cache: node_modules/.ready ## builds a cache from a log: LOG=… [AT=…] [TO=…]
	@test -n "$(LOG)" || { echo "make cache LOG=fixtures/logs/every-event.ndjson [AT=2026-01-31] [TO=file.sqlite]" >&2; exit 2; }
	@node projector/invoify.ts replay --from "$(LOG)" --to "$(or $(TO),.invoify/cache.sqlite)" $(if $(AT),--at "$(AT)")

diff: node_modules/.ready ## shows what your change to the projector changes, in caches of the committed logs and a generated one: [REF=…]
	@node fixtures/invoify-fixtures.ts projection-diff $(if $(REF),--ref "$(REF)") $(LOG)

screenshots: node_modules/.ready ## takes a screenshot of every screen, in .invoify/screenshots; needs Chromium
	@node fixtures/demo/screenshots.ts

fix: node_modules/.ready ## formats the code and fixes lint errors where possible
	@npm run --silent fix

desktop: node_modules/.ready ## starts the app on Electron, if Electron is available
	@npm run --silent electron:dev

viewer: node_modules/.ready ## starts the app in a browser: prints the address to open
	@node desktop/viewer/viewer.ts

package: node_modules/.ready ## builds the installer for Windows, in release/
	@npm run --silent electron:build
