# Each goal is one step a person would take. What they need is installed by tests/setup.sh.

.PHONY: help setup guestctl demo test soak bench lint clean

help:
	@echo 'make guestctl  the static binary, target/guestctl'
	@echo 'make demo      a small guest boots and tells what it is'
	@echo 'make test      all checks and tests'
	@echo 'make soak      random accidents while frozen, for SOAK_MINUTES (60), in a guest'
	@echo 'make bench     guestctl side by side with cpuid, lscpu, systemd-detect-virt, virt-what'
	@echo 'make lint      format, clippy and documentation only'
	@echo 'make clean     remove everything built'

setup:
	@tests/setup.sh

guestctl:
	@command -v cargo >/dev/null || { echo 'no cargo: install Rust, see https://rustup.rs' >&2; exit 1; }
	@command -v cc >/dev/null || { echo 'no cc: apt install gcc libc6-dev' >&2; exit 1; }
	@echo 'building, about a minute the first time' >&2
	@mkdir -p target
	@cp "$$(cargo run --quiet --locked --package guestd-tests --example static guestctl)" target/guestctl
	@echo target/guestctl

demo: setup
	@cargo run --quiet --locked --package guestd-tests --example demo

test: setup
	@tests/run.sh

soak: setup
	SOAK_MINUTES=$${SOAK_MINUTES:-60} cargo test --locked --package guestd-tests --features soak --test vm quiesce::soak -- --nocapture

bench: setup
	@"$$(cargo run --quiet --locked --package guestd-tests --example static guestd-bench)"

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- --deny warnings
	RUSTDOCFLAGS='--deny warnings' cargo doc --workspace --no-deps --locked

clean:
	cargo clean
