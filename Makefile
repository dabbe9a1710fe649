# Everything is done by dev.py, which needs Python 3.11 and its venv module and nothing else.
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help run test test-access nightly format check browser bench messages lock manage

help run test test-access nightly format check browser bench messages lock manage:
	@$(PYTHON) dev.py $@ $(ARGS)
