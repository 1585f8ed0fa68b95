# Each goal is one step a person would take. What they need is installed by tests/setup.sh.

.PHONY: help setup guestctl install deb rpm sbom demo test soak bench lint advisories clean

help:
	@echo 'make guestctl  the static binary, target/guestctl'
	@echo 'make install   guestd, guestctl, hooks and the service, below DESTDIR; PREFIX is /usr'
	@echo 'make deb       a Debian package, target/packages/guestd_*.deb'
	@echo 'make rpm       the same as an RPM, target/packages/guestd-*.rpm'
	@echo 'make sbom      what the programs are made of, as CycloneDX, target/packages/guestd.cdx.json'
	@echo 'make demo      a small guest boots and tells what it is'
	@echo 'make test      all checks and tests'
	@echo 'make soak      random accidents while frozen, for SOAK_MINUTES (60), in a guest'
	@echo 'make bench     side by side with cpuid, lscpu, virt-what, qemu-ga and others; PART=freeze is one part'
	@echo 'make lint      format, clippy, documentation, licences only'
	@echo 'make advisories  known holes in our crates; needs cargo-deny and the network'
	@echo 'make clean     remove everything built'

setup:
	@tests/setup.sh

guestctl: target/guestctl
	@echo target/guestctl

# Cargo knows whether anything has changed.
target/guestd target/guestctl: FORCE
	@command -v cargo >/dev/null || { echo 'no cargo: install Rust, see https://rustup.rs' >&2; exit 1; }
	@command -v cc >/dev/null || { echo 'no cc: apt install gcc libc6-dev' >&2; exit 1; }
	@echo 'building $(@F), about a minute the first time' >&2
	@mkdir -p target
	@cp "$$(cargo run --quiet --locked --package guestd-tests --example static $(@F))" $@
FORCE:

# BUILD=no installs what is built already, as for `sudo make install`, where root has no cargo.
install: $(if $(filter no,$(BUILD)),,target/guestd target/guestctl)
	@packaging/install.sh target/guestd target/guestctl

deb rpm: target/guestd target/guestctl
	@packaging/$@/build.sh target/guestd target/guestctl target/packages

sbom:
	@mkdir -p target/packages
	@cargo run --quiet --locked --package guestd-tests --example sbom > target/packages/guestd.cdx.json
	@echo target/packages/guestd.cdx.json

demo: setup
	@cargo run --quiet --locked --package guestd-tests --example demo

test: setup
	@tests/run.sh

soak: setup
	SOAK_MINUTES=$${SOAK_MINUTES:-60} cargo test --locked --package guestd-tests --features soak --test vm quiesce::soak -- --nocapture

bench: setup
	@"$$(cargo run --quiet --locked --package guestd-tests --example static guestd-bench)" $(PART)

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- --deny warnings
	RUSTDOCFLAGS='--deny warnings' cargo doc --workspace --no-deps --locked
	@if command -v cargo-deny > /dev/null; then cargo deny check bans licenses sources; \
	else echo 'left out: licences and sources of crates, as cargo-deny is not installed'; fi

# Fetches the advisories of RustSec, so it is no part of the tests.
advisories:
	cargo deny check advisories

clean:
	cargo clean
