# The configuration of a Ceph cluster of one: no replicas, no authentication between daemons, everything on 127.0.0.1.

write_ceph_conf() { # FSID
  local root libs
  root=$(packages_root)
  libs=$(library_folder)
  cat >"$state/ceph.conf" <<CONF
[global]
fsid = $1
mon initial members = a
mon host = [v2:127.0.0.1:$((port + 1))]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv4 = true
ms bind ipv6 = false
ms bind port min = $((port + 2))
ms bind port max = $((port + 12))
ms mon client mode = crc
ms mon service mode = crc
ms mon cluster mode = crc
auth cluster required = none
auth service required = none
auth client required = none
# one OSD, one copy; short paxos intervals let pool creation take milliseconds instead of seconds
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd crush update on start = false
mon allow pool size one = true
mon max pg per osd = 1000
mon warn on pool no redundancy = false
mon osd auto mark in = true
mon data avail warn = 1
mon data avail crit = 1
paxos propose interval = 0.05
paxos min wait = 0.01
mon data = $state/mon
mon cluster log file = $state/log/cluster.log
osd data = $state/osd
osd objectstore = $store
osd memory target = 939524096
memstore device bytes = $store_bytes
bluestore block size = $store_bytes
bluestore block create = true
# wpq does not benchmark the disk at boot
osd op queue = wpq
bluestore fsck on mkfs = false
bluestore fsck on mount = false
run dir = $state/run
admin socket =
log file = $state/log/\$name.log
keyring = $state/keyring
crash dir = $state/crash
plugin dir = $libs/ceph
erasure code dir = $libs/ceph/erasure-code
osd class dir = $libs/rados-classes
rgw data = $state/rgw
rgw mime types file = $root/etc/mime.types
rgw frontends = beast endpoint=127.0.0.1:$port
rgw thread pool size = 64
rgw enable ops log = false
rgw enable usage log = false
rgw dynamic resharding = false
# a completion of 10,000 parts is larger than the default 1 MiB
rgw max put param size = 8388608
rgw multipart min part size = $min_part_bytes
# give the space of deleted objects back within seconds instead of two hours
rgw gc obj min wait = 10
rgw gc processor period = 10
rgw gc processor max time = 10
CONF
}
