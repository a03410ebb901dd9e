.DEFAULT_GOAL := help
.PHONY: help install install-test run test check lint format bench soak sample shots pictures lock clean

bin := .venv/bin
PORT ?= 8501

help: ## show what can be made
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

.venv/.ready-to-run: requirements.lock pyproject.toml
	@.ci/prepare run

.venv/.ready-to-test: requirements-dev.lock pyproject.toml
	@.ci/prepare test

install: .venv/.ready-to-run ## the locked environment in .venv

install-test: .venv/.ready-to-test ## and what tests need: tools, Chromium, a CJK font

run: install ## serve the app on :8501 (PORT=8600 another); an empty home gets the sample factory
	@$(bin)/stillstock serve --port $(PORT)

test: install-test lint ## everything: lint, types, SQL, import contracts, unit, page and browser tests
	@$(bin)/pytest -n 2 --dist loadgroup

check: install-test lint ## the fast part of test
	@$(bin)/pytest -n 2 -m "not slow and not browser"

lint: install-test
	@$(bin)/ruff format --check -q .
	@$(bin)/ruff check -q .
	@$(bin)/mypy --no-error-summary
	@$(bin)/sqlfluff lint -p 2 queries sample_data
	@$(bin)/lint-imports --no-logo

format: install-test ## put right what can be put right by machine
	@$(bin)/ruff format -q .
	@$(bin)/ruff check -q --fix .
	@$(bin)/sqlfluff fix -q -p 2 queries sample_data

sample: install ## write the sample factory and load it
	@$(bin)/stillstock sample

shots: install-test ## a picture of every page into shots/; ONLY=zh/board narrows it
	@$(bin)/python -m tests.browser.shots --only "$(ONLY)"

pictures: shots ## the READMEs' pictures, made of the shots
	@$(bin)/python -m tests.browser.pictures

bench: install-test ## how fast the facts are and how much they hold, into bench/results
	@$(bin)/python -m tests.bench

soak: install-test ## the long form: hundreds of kills, many who read while one loads, an hour on the wall
	@$(bin)/pytest tests/soak

lock: install-test ## pin anew what pyproject.toml asks for
	@uv pip compile -q --universal --generate-hashes --no-annotate pyproject.toml -o requirements.lock
	@uv pip compile -q --universal --generate-hashes --no-annotate pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove the environment and every cache, never data
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache shots *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
