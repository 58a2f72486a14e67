# SPDX-License-Identifier: GPL-2.0
# make help explains.

MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash
.DELETE_ON_ERROR:

PREFIX ?= /usr/local
BUILD := build
CC ?= cc
ifeq ($(origin CC),default)
CC := gcc
endif
CLANG ?= clang
# The kernel side's: of those that are installed the first that is version 15 or later, else clang. Before 15 it
# leaves the tags of pointers (btf_type_tag) out of an object's types; without "kptr" the kernel keeps no reference
# in a map, and jinx can't put threads to sleep at user functions (bpf/holder.bpf.h). Debian 12's clang is 14.
ifndef BPF_CLANG
BPF_CLANG := $(shell for c in $(CLANG) clang-{25..15}; do v=$$($$c -dumpversion 2>/dev/null); \
	[ "$${v%%.*}" -ge 15 ] 2>/dev/null && echo $$c && exit; done; echo $(CLANG))
endif
LLVM_STRIP ?= llvm-strip
BPFTOOL ?= $(shell command -v bpftool || echo /usr/sbin/bpftool)
MACHINE := $(shell uname -m)
BPF_ARCH := $(patsubst aarch64,arm64,$(patsubst x86_64,x86,$(MACHINE)))

LIBRARIES := libbpf libelf zlib yaml-0.1 jansson fuse3 libcap libpcre2-8 libcurl libmicrohttpd sqlite3
CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Werror
# Of user space; functions of BPF programs that the kernel calls have no prototypes.
# Rows of tables name the fields that they have, and leave the others out.
USER_WARNINGS := $(WARNINGS) -Wshadow -Wmissing-prototypes -Wswitch-enum -Wno-missing-field-initializers
ALL_CFLAGS := -std=gnu11 -D_GNU_SOURCE $(USER_WARNINGS) -Iuser -I$(BUILD) -MMD -MP \
	-D_FILE_OFFSET_BITS=64 $(CFLAGS)
BPF_CFLAGS := -g -O2 -target bpf -mcpu=v3 -fms-extensions -D__TARGET_ARCH_$(BPF_ARCH) $(WARNINGS) \
	-Wno-unused-parameter -isystem vmlinux/$(MACHINE) -Ibpf -MMD -MP
# libiberty has no .pc file, and no shared library.
LIBS = $(shell pkg-config --libs $(LIBRARIES)) -liberty -lm $(COVERAGE_LIBS)
ALL_CFLAGS += $(patsubst -I%,-isystem %,$(shell pkg-config --cflags-only-I fuse3 2>/dev/null))

SOURCES := $(wildcard user/*.c user/*/*.c user/*/*/*.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
VICTIMS := $(patsubst tests/victims/%.c,$(BUILD)/tests/%,$(wildcard tests/victims/*.c)) \
	$(addprefix $(BUILD)/tests/wrapped-,static musl go go-stripped go-pie) $(BUILD)/tests/returning-cleanup $(addprefix $(BUILD)/tests/clocks-,static go) $(patsubst tests/tools/%.c,$(BUILD)/tests/%,$(wildcard tests/tools/*.c)) \
	$(BUILD)/tests/postgres-data.tar $(BUILD)/tests/mariadb-data.tar $(BUILD)/tests/unit/test_vdso
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/tests/fuzz/%,$(wildcard tests/fuzz/*.c))
UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/test_*.c))

# What a Debian or Ubuntu needs; `make deps` installs what is missing.
# The second clang where the distribution's own is older than 15: see BPF_CLANG.
BPF_CLANG_PACKAGE = $(shell command -v apt-cache >/dev/null || exit; \
	v=$$(apt-cache show --no-all-versions clang 2>/dev/null | sed -n 's/^Version: \([0-9]*:\)\?\([0-9]*\).*/\2/p'); \
	[ "$${v:-15}" -ge 15 ] || for c in clang-{16..15}; do apt-cache show $$c >/dev/null 2>&1 && echo $$c && exit; done)
BUILD_PACKAGES = gcc make pkg-config clang $(BPF_CLANG_PACKAGE) llvm bpftool libbpf-dev libelf-dev zlib1g-dev \
	libyaml-dev libjansson-dev libfuse3-dev libcap-dev libpcre2-dev libcurl4-openssl-dev libmicrohttpd-dev libsqlite3-dev libiberty-dev
TEST_PACKAGES := libcmocka-dev gunicorn musl-tools golang-go openjdk-17-jdk-headless redis-server redis-tools qemu-system-x86 busybox-static cpio kmod \
	xz-utils zstd libxml2-utils iproute2 curl strace procps jq python3 debian-archive-keyring \
	podman crun conmon git openssl perl nginx-light sqlite3 postgresql libclang-rt-dev clang-format clang-tidy shellcheck codespell \
	groff man-db gcovr chromium \
	mariadb-server etcd-server etcd-client pgbouncer haproxy rsync vim-tiny python3-lmdb python3-psycopg2 python3-yaml \
	python3-jsonschema tzdata iperf3 dnsmasq-base bind9-dnsutils runit tmux \
	memcached nats-server rabbitmq-server python3-pika mosquitto mosquitto-clients varnish slapd ldap-utils systemd stress-ng e2fsprogs prometheus python3-prometheus-client oathtool python3-jwt

.PHONY: all coverage docs deps build-deps demo test test-all test-long unit fuzz vm native arm64 bench install uninstall clean format \
	check check-format check-shell check-spelling check-man check-library library criteria tidy help

all: $(BUILD)/jinx ## build build/jinx

help: ## this text
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps: ## install what building and testing need (Debian, Ubuntu)
	@tests/deps $(BUILD_PACKAGES) $(TEST_PACKAGES)

build-deps: ## install what building alone needs
	@tests/deps $(BUILD_PACKAGES)

# The kernel side.
SKELETONS := $(patsubst bpf/%.bpf.c,$(BUILD)/%.skel.h,$(wildcard bpf/*.bpf.c))

$(BUILD)/%.bpf.o: bpf/%.bpf.c | $(BUILD)
	$(BPF_CLANG) $(BPF_CFLAGS) -c $< -o $@
	$(LLVM_STRIP) -g $@

$(BUILD)/%.skel.h: $(BUILD)/%.bpf.o bpf/skeleton.awk
	$(BPFTOOL) gen skeleton $< name $*_bpf | awk -f bpf/skeleton.awk > $@

# The objects themselves are linked to the program.
EMBEDDED := $(SKELETONS:.skel.h=.embedded.o)

$(BUILD)/%.embedded.o: $(BUILD)/%.bpf.o
	printf '%s\n' '.section .rodata' '.balign 8' '.global $*_object, $*_object_end' \
		'$*_object: .incbin "$<"' '$*_object_end: .byte 0' '.section .note.GNU-stack' | \
		$(CC) -x assembler -c - -o $@

.SECONDARY: $(SKELETONS) $(SKELETONS:.skel.h=.bpf.o) $(EMBEDDED)

# The names of all types in them (user/kernel/core_types.h).
$(BUILD)/core_types.inc: $(SKELETONS:.skel.h=.bpf.o)
	for o in $^; do $(BPFTOOL) btf dump file $$o; done | \
		sed -nE "s/^\[[0-9]+\] (STRUCT|UNION|ENUM|ENUM64|TYPEDEF) '([^']+)'.*/\2/p" | \
		sed 's/___.*//' | LC_ALL=C sort -u | grep -v '^(anon)$$' | sed 's/.*/"&",/' > $@

GENERATED := $(SKELETONS) $(BUILD)/core_types.inc

# User space.
$(BUILD)/user/%.o: user/%.c | $(GENERATED)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c $< -o $@

$(BUILD)/jinx: $(OBJECTS) $(EMBEDDED)
	$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ $(LIBS)

$(BUILD):
	@mkdir -p $@

# Tests.
$(BUILD)/tests/postgres-data.tar: tests/postgres-data
	@mkdir -p $(@D)
	tests/postgres-data $@

$(BUILD)/tests/mariadb-data.tar: tests/mariadb-data
	@mkdir -p $(@D)
	tests/mariadb-data $@

$(BUILD)/tests/%: tests/victims/%.c $(wildcard tests/victims/*.h)
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE $(USER_WARNINGS) -O2 -g -fno-omit-frame-pointer \
		-static -pthread $< -o $@

# It makes its calls by the C library, each build of it by another one. Without its symbols a static program has no
# functions that could be found.
$(BUILD)/tests/wrapped $(BUILD)/tests/reopened $(BUILD)/tests/clocks $(BUILD)/tests/returning: $(BUILD)/tests/%: tests/victims/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE $(USER_WARNINGS) -O2 -g -pthread $< -o $@

# What is to be cleaned up is also where threads end.
$(BUILD)/tests/returning-cleanup: tests/victims/returning.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE $(USER_WARNINGS) -O2 -g -fexceptions -pthread $< -o $@

$(BUILD)/tests/wrapped-static: tests/victims/wrapped.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE $(USER_WARNINGS) -O2 -s -static -pthread $< -o $@

$(BUILD)/tests/clocks-static: tests/victims/clocks.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE $(USER_WARNINGS) -O2 -s -static -pthread $< -o $@

$(BUILD)/tests/wrapped-musl: tests/victims/wrapped.c
	@mkdir -p $(@D)
	musl-gcc -std=gnu11 -D_GNU_SOURCE $(USER_WARNINGS) -O2 -g -pthread $< -o $@

$(BUILD)/tests/wrapped-go-stripped: GO_LDFLAGS := -s
$(BUILD)/tests/wrapped-go-pie: GO_FLAGS := -buildmode=pie
$(BUILD)/tests/wrapped-go $(BUILD)/tests/wrapped-go-stripped $(BUILD)/tests/wrapped-go-pie: tests/victims/wrapped.go
	@mkdir -p $(@D)
	GOCACHE=$(CURDIR)/$(BUILD)/go GO111MODULE=off CGO_ENABLED=0 go build $(GO_FLAGS) -ldflags "$(GO_LDFLAGS)" -o $@ $<

$(BUILD)/tests/clocks-go: tests/victims/clocks.go
	@mkdir -p $(@D)
	GOCACHE=$(CURDIR)/$(BUILD)/go GO111MODULE=off CGO_ENABLED=0 go build -o $@ $<

# What cases ask with.
$(BUILD)/tests/%: tests/tools/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE $(USER_WARNINGS) -O2 -g -static $< -o $@ -ljansson -lm

SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
UNIT_SOURCES := $(filter-out user/main.c,$(SOURCES))
UNIT_OBJECTS := $(UNIT_SOURCES:%.c=$(BUILD)/sanitized/%.o)
.SECONDARY: $(UNIT_OBJECTS)

$(BUILD)/sanitized/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(SANITIZE) -c $< -o $@

# The program with a row more in its tables: the folders that have or go through these.
ADDING := $(wildcard $(foreach folder,faults output run scenario verbs,user/$(folder)/*.c)) user/kernel/plan.c
ADDING_OBJECTS := $(patsubst %.c,$(BUILD)/adding/%.o,$(ADDING) $(wildcard tests/adding/*.c)) \
	$(filter-out $(ADDING:%.c=$(BUILD)/sanitized/%.o),$(UNIT_OBJECTS)) $(EMBEDDED)
.SECONDARY: $(ADDING_OBJECTS)

$(BUILD)/adding/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(SANITIZE) -DMADE_UP_ROWS -c $< -o $@

$(BUILD)/tests/unit/test_tracing: $(BUILD)/tests/executes
$(BUILD)/tests/unit/test_adding: tests/unit/test_adding.c $(ADDING_OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(SANITIZE) -DMADE_UP_ROWS $< $(ADDING_OBJECTS) -o $@ -lcmocka $(LIBS)

# A test takes of it what it needs, but for what it has made up itself.
$(BUILD)/sanitized/jinx.a: $(UNIT_OBJECTS) $(EMBEDDED)
	rm -f $@
	ar rcsT $@ $^

$(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/sanitized/jinx.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(SANITIZE) -DJINX_SOURCE_DIR='"$(CURDIR)"' $< $(BUILD)/sanitized/jinx.a -o $@ -lcmocka $(LIBS)

# The fuzzers are clang's.
FUZZ_FLAGS := -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
FUZZ_OBJECTS := $(UNIT_SOURCES:%.c=$(BUILD)/fuzz/%.o)
.SECONDARY: $(FUZZ_OBJECTS)
SECONDS ?= 60

$(BUILD)/fuzz/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	$(CLANG) $(ALL_CFLAGS) $(FUZZ_FLAGS) -c $< -o $@

$(BUILD)/fuzz/jinx.a: $(FUZZ_OBJECTS) $(EMBEDDED)
	rm -f $@
	ar rcsT $@ $^

$(BUILD)/tests/fuzz/%: tests/fuzz/%.c $(BUILD)/fuzz/jinx.a
	@mkdir -p $(@D)
	$(CLANG) $(ALL_CFLAGS) $(FUZZ_FLAGS) $< $(BUILD)/fuzz/jinx.a -o $@ $(LIBS)

demo: build-deps ## faults in a Redis server: the two-minute tour
	@tests/deps $(BUILD_PACKAGES) redis-server redis-tools
	@$(MAKE) --no-print-directory all
	@tests/demo

test: deps ## the proof, an hour on two cores: checks, unit tests, virtual machines, this host
	@$(MAKE) --no-print-directory -j4 all victims $(UNIT_TESTS) $(FUZZERS)
	@tests/run

test-all: deps ## every case on every kernel, with all rounds
	@$(MAKE) --no-print-directory -j4 all victims $(UNIT_TESTS) $(FUZZERS)
	@SCOPE=all tests/run

test-long: deps ## what test leaves out
	@$(MAKE) --no-print-directory -j4 all victims
	@SCOPE=long tests/run vm native

victims: $(VICTIMS)

.PHONY: victims

unit: $(UNIT_TESTS) ## the unit tests alone
	@tests/run unit

fuzz: $(FUZZERS) ## what is read of files that others write, for SECONDS (60) altogether
	@FUZZ_SECONDS=$(SECONDS) tests/run fuzz

vm: all victims ## the virtual machine cases alone (KERNELS= CASES= SEED=)
	@tests/run vm

# Built here by a cross compiler, with the libraries of the machine's root; CASES= as many as can do with its packages.
ARM64_CASES := doctor kill mechanisms drop fail-calls delay
arm64: ## build for arm64, and run cases there in an emulated machine (CASES=)
	@tests/deps gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-system-arm mmdebstrap
	@root=$$(tests/vm/kernel arm64)/root && \
		export PKG_CONFIG_LIBDIR=$$root/usr/lib/aarch64-linux-gnu/pkgconfig GOARCH=arm64 && \
		$(MAKE) --no-print-directory MACHINE=aarch64 BUILD=$(BUILD)/arm64 \
			CC="aarch64-linux-gnu-gcc --sysroot=$$root" all victims
	@BUILD=$(BUILD)/arm64 CASES="$(or $(CASES),$(ARM64_CASES))" KERNELS=arm64 tests/run vm

native: all victims ## the cases that run on this host's own kernel
	@tests/run native

# A build of its own, below BUILD. Atomic, as threads count in the same words. gcc writes the counts down before each
# exec*(), which would be calls of the target's: not then, nor does a forked child count on.
COVERAGE := $(BUILD)/coverage
COVERAGE_FLAGS := -O1 -g --coverage -fprofile-abs-path -fprofile-update=atomic $(addprefix -fno-builtin-,execl execlp execle execv execvp \
	execve execvpe)
coverage: ## how much of user/ the unit tests, the native cases and those of the newest kernel pass through
	@mkdir -p $(COVERAGE)
	$(CC) -O2 -c tests/coverage/flush.c -o $(COVERAGE)/flush.o
	@$(MAKE) --no-print-directory BUILD=$(COVERAGE) CFLAGS="$(COVERAGE_FLAGS)" \
		COVERAGE_LIBS="-Wl,--wrap=_exit $(CURDIR)/$(COVERAGE)/flush.o" \
		all victims $(UNIT_TESTS:$(BUILD)/%=$(COVERAGE)/%)
	@BUILD=$(COVERAGE) tests/coverage/run

# The yardsticks that jinx's hooks are measured against.
$(BUILD)/bench/%.bpf.o: tests/bench/%.bpf.c
	@mkdir -p $(@D)
	$(BPF_CLANG) $(BPF_CFLAGS) -c $< -o $@

$(BUILD)/bench/loop $(BUILD)/bench/packet $(BUILD)/bench/refused: $(BUILD)/bench/%: tests/bench/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE $(USER_WARNINGS) -O2 -static $< -o $@

# It maps the C library that a target maps, too.
$(BUILD)/bench/loop-shared: tests/bench/loop.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE $(USER_WARNINGS) -O2 $< -o $@

# By way of the vDSO.
$(BUILD)/bench/clock: tests/bench/clock.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE $(USER_WARNINGS) -O2 $< -o $@

$(BUILD)/bench/yardstick: tests/bench/yardstick.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE $(USER_WARNINGS) -O2 $< -o $@ $(LIBS)

bench: all victims $(addprefix $(BUILD)/bench/,clock loop loop-shared packet refused yardstick yardstick.bpf.o) ## what a hook costs, in instructions per call; how exact delays and loads are; what events cost
	@tests/bench/run
	@tests/bench/delay
	@tests/bench/events
	@tests/bench/resources

MAN := $(DESTDIR)$(PREFIX)/share/man
BASH_COMPLETION := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSH_COMPLETION := $(DESTDIR)$(PREFIX)/share/zsh/site-functions

install: all ## install below PREFIX (/usr/local), honouring DESTDIR
	install -D -m 755 $(BUILD)/jinx $(DESTDIR)$(PREFIX)/bin/jinx
	install -d $(DESTDIR)$(PREFIX)/share/jinx
	cp -R scenarios $(DESTDIR)$(PREFIX)/share/jinx
	chmod -R u=rwX,go=rX $(DESTDIR)$(PREFIX)/share/jinx/scenarios
	install -D -m 644 docs/man/jinx.1 $(MAN)/man1/jinx.1
	install -D -m 644 docs/man/jinx-scenario.5 $(MAN)/man5/jinx-scenario.5
	install -D -m 644 docs/completion/jinx.bash $(BASH_COMPLETION)/jinx
	install -D -m 644 docs/completion/jinx.zsh $(ZSH_COMPLETION)/_jinx
	install -d $(DESTDIR)$(PREFIX)/share/doc/jinx
	install -m 644 README.md CHANGELOG.md SECURITY.md LICENSE docs/*.md docs/*.json $(DESTDIR)$(PREFIX)/share/doc/jinx
	install -d $(DESTDIR)$(PREFIX)/share/doc/jinx/grafana
	install -m 644 docs/grafana/* $(DESTDIR)$(PREFIX)/share/doc/jinx/grafana

uninstall: ## remove what install has put below PREFIX (DESTDIR)
	rm -f $(DESTDIR)$(PREFIX)/bin/jinx $(MAN)/man1/jinx.1 $(MAN)/man5/jinx-scenario.5 \
		$(BASH_COMPLETION)/jinx $(ZSH_COMPLETION)/_jinx
	rm -rf $(DESTDIR)$(PREFIX)/share/jinx $(DESTDIR)$(PREFIX)/share/doc/jinx

docs: all library criteria ## what docs/ has of the program's rows: keys, the JSON Schema, man pages, completion
	@mkdir -p docs/man docs/completion
	$(BUILD)/jinx list manual > docs/man/jinx.1
	$(BUILD)/jinx list scenario-manual > docs/man/jinx-scenario.5
	$(BUILD)/jinx list bash-completion > docs/completion/jinx.bash
	$(BUILD)/jinx list zsh-completion > docs/completion/jinx.zsh
	$(BUILD)/jinx list reference > docs/keys.md
	$(BUILD)/jinx list schema > docs/scenario.schema.json
	$(BUILD)/jinx list report-schema > docs/report.schema.json
	$(BUILD)/jinx list hook-schema > docs/hook.schema.json
	$(BUILD)/jinx list gameday-schema > docs/gameday.schema.json

library: ## docs/library.md, of the scenarios' files and the runs that are recorded
	@mkdir -p $(BUILD)
	docs/library.py > $(BUILD)/library.md
	mv $(BUILD)/library.md docs/library.md

criteria: ## docs/criteria.md, of the criteria and what was measured
	@mkdir -p $(BUILD)
	docs/criteria.py > $(BUILD)/criteria.md
	mv $(BUILD)/criteria.md docs/criteria.md

format: ## clang-format all C
	clang-format -i $$(git ls-files '*.c' '*.h' | grep -v '^vmlinux/')

check: check-format check-shell check-spelling check-man check-library ## formatting, the scripts, spelling, man pages, docs/library.md

check-format:
	clang-format --dry-run -Werror $$(git ls-files '*.c' '*.h' | grep -v '^vmlinux/')

check-shell:
	shellcheck -s bash -S warning $$(git ls-files tests | grep -E \
		'^tests/[a-z-]+(\.sh)?$$|^tests/(bench|cases|coverage|fuzz|vm)/[a-z-]+(\.sh)?$$')

check-spelling:
	codespell $$(git ls-files | grep -vE '^(vmlinux|tests/malformed)/')

# groff says what it doesn't understand, and that alone.
check-man:
	@for page in docs/man/*; do \
		out=$$(groff -man -Tutf8 -ww -z "$$page" 2>&1) || exit 1; \
		[ -z "$$out" ] || { echo "$$out"; exit 1; }; \
	done
	bash -n docs/completion/jinx.bash

check-library:
	@docs/library.py | diff -u docs/library.md - || { echo "docs/library.md is not what the scenarios say: make library"; exit 1; }
	@docs/criteria.py | diff -u docs/criteria.md - || { echo "docs/criteria.md is not what was recorded: make criteria"; exit 1; }

# A file is looked at again when it, what it includes, or the checks have changed. clang's own warnings come
# from building with it.
tidy: $(SOURCES:%.c=$(BUILD)/tidy/%.ok) ## clang-tidy, of what has changed (with -j: minutes for all)

$(BUILD)/tidy/%.ok: %.c .clang-tidy $(BUILD)/%.o | $(GENERATED)
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- $(filter-out -MMD -MP -Werror,$(ALL_CFLAGS)) > $@.log 2>&1 || { cat $@.log; exit 1; }
	@touch $@

clean: ## remove build/
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
