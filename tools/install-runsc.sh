#!/usr/bin/env bash
# Puts gVisor's runsc into .cache/runsc-VERSION, without root and without touching the system: tools/install-runsc.sh [debian | go]
#   debian  the package of Debian 12 backports, from the mirror that this machine's apt uses, with apt's signature check
#   go      a newer one, built with the Go compiler: forks are twice as fast in it
# Without an argument: debian where this is Debian, otherwise go. What is there already is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."
cache=$PWD/.cache

DEBIAN_VERSION='0.0~20240729.0-4~bpo12+2'
declare -A DEBIAN_SHA256=(
  [amd64]=afdde883e3876ea807e19c708d4432674a20cb10186a7a5b554d62f38ea8de46
  [arm64]=b984477f968f9dfe15564d19f6654863327e01244935526d8eecd1741a0bd49d
)
GO_VERSION=v0.0.0-20260518063529-209a0ce076a1
GO_SUM=h1:ASMO4Vgu5L5amlls/GydTH3q1FK8kj8pA0aSg5jISeU=

fail() {
  echo "install-runsc: $1" >&2
  exit 1
}

# install NAME PROGRAM: all of it appears at once, or nothing does
install() {
  mkdir "$work/done"
  cp "$2" "$work/done/runsc"
  chmod 755 "$work/done/runsc"
  "$work/done/runsc" --version >/dev/null || fail "$2 does not run here"
  mv -T "$work/done" "$cache/$1" 2>/dev/null || [ -x "$cache/$1/runsc" ] || fail "cannot move runsc to $cache/$1"
  echo "install-runsc: $cache/$1/runsc"
}

from_debian() {
  local name="runsc-20240729" arch keyring=/usr/share/keyrings/debian-archive-keyring.gpg site sum
  [ -x "$cache/$name/runsc" ] && return
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || fail 'there is no apt-get; try: tools/install-runsc.sh go'
  arch=$(dpkg --print-architecture)
  sum=${DEBIAN_SHA256[$arch]:-}
  [ -n "$sum" ] || fail "Debian has no runsc for $arch; try: tools/install-runsc.sh go"
  [ -r "$keyring" ] || fail "$keyring is missing (package debian-archive-keyring)"
  # Where this machine gets Debian itself from; security updates come from another tree.
  site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' | grep -v security | sort -u | head -n 1)
  [ -n "$site" ] || fail 'apt knows no Debian mirror; try: tools/install-runsc.sh go'
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
  echo "deb [signed-by=$keyring] $site bookworm-backports main" >"$work/sources.list"
  local options=(
    -qq -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null
    -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o "APT::Sandbox::User=$(id -un)"
  )
  apt-get "${options[@]}" update >&2 || fail "the index of bookworm-backports cannot be read from $site"
  (cd "$work" && apt-get "${options[@]}" download "runsc=$DEBIAN_VERSION" >&2) ||
    fail "$site has no runsc $DEBIAN_VERSION in bookworm-backports"
  echo "$sum  $(echo "$work"/runsc_*.deb)" | sha256sum --check --quiet >&2 || fail 'the package is not the pinned one'
  dpkg -x "$work"/runsc_*.deb "$work/package"
  install "$name" "$work/package/usr/bin/runsc"
}

from_go() {
  local name="runsc-$(echo "$GO_VERSION" | cut -d- -f2 | cut -c1-8)" sum
  [ -x "$cache/$name/runsc" ] && return
  command -v go >/dev/null || fail 'there is no Go compiler'
  sum=$(go mod download -json "gvisor.dev/gvisor@$GO_VERSION" | sed -n 's/.*"Sum": "\(.*\)",*/\1/p')
  [ "$sum" = "$GO_SUM" ] || fail "gvisor.dev/gvisor $GO_VERSION has the sum '$sum', expected $GO_SUM"
  GOBIN=$work/bin CGO_ENABLED=0 go install -trimpath \
    -ldflags "-s -w -X gvisor.dev/gvisor/runsc/version.version=$GO_VERSION" "gvisor.dev/gvisor/runsc@$GO_VERSION" >&2 ||
    fail 'runsc cannot be built'
  install "$name" "$work/bin/runsc"
}

[ "$(uname -s)" = Linux ] || fail 'gVisor needs Linux'
mkdir -p "$cache"
work=$(mktemp -d "$cache/installing-runsc-XXXXXX")
trap 'rm -rf "$work"' EXIT
source=${1:-$(grep -q '^ID=debian' /etc/os-release 2>/dev/null && echo debian || echo go)}
case $source in
  debian) from_debian ;;
  go) from_go ;;
  *) fail "expected 'debian' or 'go', got '$source'" ;;
esac
