# Creates the cluster's state, starts and stops its three daemons: mon, osd, rgw.

library_folder() { echo "$(packages_root)"/usr/lib/*-linux-gnu; }

# Sets `ceph_command` to run PROGRAM of the unpacked tree with its own linker and libraries.
use_program() { # PROGRAM
  local root libs linkers
  root=$(packages_root)
  libs=$(library_folder)
  linkers=("$libs"/ld-linux*.so.*)
  ceph_command=("${linkers[0]}" --library-path "$libs:$libs/ceph:$root/usr/lib/ceph" "$root/usr/bin/$1")
}
run_daemon() { # PROGRAM ARGS…
  use_program "$1"
  "${ceph_command[@]}" -c "$state/ceph.conf" "${@:2}"
}
run_tool() { # PROGRAM ARGS…
  use_program "$1"
  CEPH_CONF=$state/ceph.conf "${ceph_command[@]}" "${@:2}"
}
launch() { # NAME PROGRAM ARGS…: in a session of its own, without the locks on descriptors 8 and 9
  use_program "$2"
  setsid "${ceph_command[@]}" -f -c "$state/ceph.conf" "${@:3}" >>"$state/log/$1.out" 2>&1 </dev/null 8>&- 9>&- &
  echo $! >"$state/run/$1.pid"
  disown
}

# The recorded process id, if that process lives and is ours: its command line names our configuration.
pid_of() { # NAME
  local pid
  pid=$(cat "$state/run/$1.pid" 2>/dev/null) || return 1
  [ -n "$pid" ] && { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF -- "$state/ceph.conf" && echo "$pid"
}
all_alive() { pid_of mon && pid_of osd && pid_of rgw; } >/dev/null

stop_all() {
  local name pid tenths
  for name in rgw osd mon; do
    pid=$(pid_of $name) || continue
    kill "$pid" 2>/dev/null || true
    # the gateway holds no state and takes 10 s to end politely; the other two get the time they need
    for tenths in $(seq "$([ $name = rgw ] && echo 5 || echo 150)"); do
      pid_of $name >/dev/null || break
      sleep 0.1
    done
    ! pid_of $name >/dev/null || kill -9 "$pid" 2>/dev/null || true
  done
  rm -f "$state"/run/*.pid
}

answers() { # PORT: is it HTTP that answers there?
  (exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3 && read -r -t 3 line <&3 && [[ $line == HTTP/* ]]) 2>/dev/null
}

tools_failed() { # WHAT
  tail -n 5 "$state/log/tools.log" >&2
  stop_all
  die $EXIT_FAILED "$1 failed; see $state/log"
}

make_cluster() { # FSID
  run_tool ceph-authtool --create-keyring "$state/keyring" --gen-key -n mon. --cap mon 'allow *' &&
    run_tool ceph-authtool "$state/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' &&
    run_tool monmaptool --create --addv a "[v2:127.0.0.1:$((port + 1))]" --fsid "$1" "$state/monmap" &&
    run_tool osdmaptool --createsimple 1 --clobber "$state/osdmap" &&
    run_daemon ceph-mon --mkfs -i a --monmap "$state/monmap" --osdmap "$state/osdmap" --keyring "$state/keyring"
}

refuse_foreign_folder() {
  [ -e "$state/ceph.conf" ] || [ -z "$(ls -A "$state" 2>/dev/null)" ] ||
    die $EXIT_FAILED "$state is not empty and was not made by this program"
}

# State written by the same suite, port and kind of store is used again; anything else of ours is made anew.
prepare_state() {
  local fsid
  if [ "$store" = bluestore ] && grep -qsx "suite=$suite port=$port store=$store" "$state/.initialised"; then
    fresh=
    fsid=$(sed -n 's/^fsid = //p' "$state/ceph.conf")
    write_ceph_conf "$fsid"
    return
  fi
  fresh=yes
  say "creating state ($suite, $store)"
  rm -rf "$state"
  mkdir -p "$state"/{mon,osd,rgw,run,log,crash}
  fsid=$(cat /proc/sys/kernel/random/uuid)
  write_ceph_conf "$fsid"
  make_cluster "$fsid" >"$state/log/tools.log" 2>&1 || tools_failed "creating the monitor"
}

start_daemons() {
  local tries
  launch mon ceph-mon -i a
  if [ -n "$fresh" ]; then
    run_daemon ceph-osd -i 0 --mkfs --osd-uuid "$(cat /proc/sys/kernel/random/uuid)" >>"$state/log/tools.log" 2>&1 ||
      tools_failed "creating the OSD"
  fi
  : >"$state/log/osd.0.log"
  launch osd ceph-osd -i 0
  # a gateway started before the OSD is active sleeps through a back-off of seconds
  for tries in $(seq 200); do
    ! grep -q 'booting -> active' "$state/log/osd.0.log" || break
    sleep 0.05
  done
  launch rgw radosgw -n client.rgw
  for tries in $(seq 1200); do
    ! answers "$port" || break
    ((tries % 10)) || all_alive || tools_failed "one of the daemons ended, so starting"
    sleep 0.05
  done
  answers "$port" || tools_failed "waiting for the server"
  run_tool radosgw-admin -n client.admin user info --uid=test >/dev/null 2>&1 ||
    run_tool radosgw-admin -n client.admin user create --uid=test --display-name=test \
      --access-key="$access_key" --secret="$secret_key" >>"$state/log/tools.log" 2>&1 || tools_failed "creating the user"
}
