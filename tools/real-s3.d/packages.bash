# Fetches Ceph's packages with apt, in list and cache folders of its own, and unpacks them under $cache/$suite/root.
# The programs are run through that tree's own dynamic linker, so the machine's libraries do not matter.

packages_root() { echo "$cache/$suite/root"; }

unavailable() { die $EXIT_UNAVAILABLE "a real S3 server cannot be had here: $*"; }

# The mirror this machine uses already, so that none is named here. Security archives have another path.
debian_mirror() {
  {
    sed -n 's/^URIs:[[:space:]]*//p' /etc/apt/sources.list.d/*.sources 2>/dev/null | tr -s ' ' '\n' || true
    sed -nE 's/^deb[[:space:]]+(\[[^]]*\][[:space:]]+)?([^[:space:]]+).*/\2/p' \
      /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true # which of these files exist differs
  } | grep -E '/debian(/|\.list)?$' | head -1
}

check_machine() {
  local program
  [ "$(uname -s)" = Linux ] || unavailable "it is made of Debian packages and this is $(uname -s)"
  for program in apt-get dpkg-deb flock setsid tar xargs; do
    command -v "$program" >/dev/null || unavailable "$program is missing (Debian, or Ubuntu with a Debian mirror, is needed)"
  done
  [ -r /usr/share/keyrings/debian-archive-keyring.gpg ] || unavailable "the package debian-archive-keyring is not installed"
}

write_apt_config() { # FOLDER MIRROR
  local folder=$1 mirror=$2
  : >"$folder/status" # nothing counts as installed, so the whole dependency closure is named
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$folder/sources.list"
  cat >"$folder/apt.conf" <<CONFIG
Dir::Etc::SourceList "$folder/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State::Lists "$folder/lists";
Dir::State::Status "$folder/status";
Dir::Cache "$folder/cache";
APT::Sandbox::User "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "2";
Debug::NoLocking "true";
CONFIG
}

# Only the daemons and shared libraries of the closure: python, systemd, lvm and the like are never run.
wanted_packages() {
  apt-get install -s -q ceph-mon ceph-osd radosgw |
    awk '$1 == "Inst" { version = $3; sub(/^\(/, "", version); print $2 "=" version }' |
    grep -E '^(lib|ceph-mon=|ceph-osd=|ceph-base=|ceph-common=|radosgw=|media-types=)' |
    grep -vE '^lib(python|perl|systemd-shared|glib2|x11|binutils|gprofng)'
}

download_packages() { # APT_FOLDER DEBS_FOLDER
  (
    export APT_CONFIG=$1/apt.conf
    apt-get update -q && wanted_packages >"$1/want" && [ -s "$1/want" ] && cd "$2" && xargs apt-get download -q <"$1/want"
  ) >>"$1/log" 2>&1
}

unpack_packages() { # DEBS_FOLDER ROOT
  local exclude=$1/exclude
  printf '%s\n' './usr/share/doc' './usr/share/man' './usr/share/locale' './usr/share/lintian' \
    './usr/bin/ceph-*store-tool' './usr/bin/ceph-objectstore-tool' './usr/bin/ceph-dencoder' './usr/bin/cephfs-*' \
    './usr/bin/rbd*' './usr/bin/radosgw-object-expirer' './usr/bin/radosgw-es' >"$exclude"
  # shellcheck disable=SC2016  # expanded by the inner shell
  find "$1" -name '*.deb' -print0 | xargs -0 -P "$(nproc)" -I{} sh -c \
    'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --keep-directory-symlink --exclude-from="$3"' _ {} "$2" "$exclude"
}

fetch_packages() {
  local folder=$cache/$suite root mirror name
  root=$(packages_root)
  [ ! -e "$root/.complete" ] || return 0
  check_machine
  mirror=$(debian_mirror) || unavailable "no Debian mirror in /etc/apt"
  mkdir -p "$folder"
  exec 8>"$folder/lock" && flock 8 # several checkouts share one cache
  [ ! -e "$root/.complete" ] || return 0
  rm -rf "$root" "$folder/apt" "$folder/debs"
  mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial" "$folder/debs" "$root/usr"/{bin,sbin,lib,lib64}
  for name in bin sbin lib lib64; do ln -s "usr/$name" "$root/$name"; done
  write_apt_config "$folder/apt" "$mirror"
  say "fetching Ceph from $suite (about 300 MB, once)"
  download_packages "$folder/apt" "$folder/debs" || {
    tail -n 5 "$folder/apt/log" >&2
    unavailable "the packages of $suite cannot be fetched (log: $folder/apt/log)"
  }
  say "unpacking"
  unpack_packages "$folder/debs" "$root" || die $EXIT_FAILED "unpacking into $root failed"
  rm -rf "$folder/debs" "$folder/apt/cache" "$folder/apt/lists"
  touch "$root/.complete"
}
