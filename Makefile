# The front doors. `make help` lists them; `npm run` has the same names.
.PHONY: help demo smoke test coverage check bench bench-long mongo cache fix desktop viewer package screenshots

# npm's `node` package brings our Node: every command below runs on it, whatever the machine has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

help: ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 13
	@echo
	@echo "LOG is mongodb://…, https://…, or a .ndjson, .events or .sqlite file; AT a sequence, a date or a time."

node_modules/.ready: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel=error
	@touch $@

demo: node_modules/.ready ## starts everything on the embedded log with new sample data (KEEP=1: with that of the last run), and keeps serving
	@node fixtures/demo/demo.ts $(if $(KEEP),--keep)

smoke: node_modules/.ready ## the demo without serving, in a folder of its own: fails unless the cache equals a replay from zero
	@node fixtures/demo/demo.ts --smoke

test: node_modules/.ready ## runs every test, on a MongoDB server if one can be had
	@npm run --silent test

coverage: node_modules/.ready ## runs every test, and shows which lines none of them runs
	@npm run --silent coverage

check: node_modules/.ready ## types, lint, format, tests: what CI runs
	@for phase in types lint test; do \
	  start=$$(date +%s); npm run --silent $$phase || exit 1; echo "$$phase took $$(($$(date +%s) - start)) s"; \
	done

bench: node_modules/.ready ## every budget of the design: measured, against what, met or not; bench.json for programs
	@npm run --silent bench

bench-long: node_modules/.ready ## rebuild and queries at 1 and 10 million events
	@npm run --silent bench-long

mongo: node_modules/.ready ## finds or starts a MongoDB server for development, prints its URL
	@node fixtures/mongodb/serve.ts

cache: node_modules/.ready ## a cache from a log: LOG=… [AT=…] [TO=…]
	@test -n "$(LOG)" || { echo "make cache LOG=fixtures/logs/every-event.ndjson [AT=2026-01-31] [TO=file.sqlite]" >&2; exit 2; }
	@node projector/invoify.ts replay --from "$(LOG)" --to "$(or $(TO),.invoify/cache.sqlite)" $(if $(AT),--at "$(AT)")

screenshots: node_modules/.ready ## every screen as a picture, in .invoify/screenshots; needs Chromium
	@node fixtures/demo/screenshots.ts

fix: node_modules/.ready ## formats, and fixes what lint can fix
	@npm run --silent fix

desktop: node_modules/.ready ## the app on Electron, where its program can be had
	@npm run --silent electron:dev

viewer: node_modules/.ready ## the app in a browser: prints the address to open
	@node desktop/viewer/viewer.ts

package: node_modules/.ready ## the installer for Windows, in release/
	@npm run --silent electron:build
