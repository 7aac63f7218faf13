# Stops the node in order, so that its partitions move while it is still there, and removes it:
# other nodes would go on to discover a node that is only stopped, and no pod ever starts it again.
# Whatever hangs ends in time for what is left to do, and for the end of the pod.
end=$(($(date +%s) + grace - 2))
command -v timeout > /dev/null || timeout() { shift 3; "$@"; }
leaving() {
  seconds=$((end - $1 - $(date +%s)))
  shift
  [ "$seconds" -gt 0 ] && timeout -s KILL "$seconds" "$@"
}
# start-node takes the dashes out of the node's name.
node=$(echo "$STREAMING_NODENAME" | tr -d -)
port=$(leaving $((grace / 4)) epadmin getadminport node --installpath="$STREAMING_RUNTIME_HOME/node/$node") && [ "$port" ] && {
  leaving $((grace / 8)) epadmin --adminport="$port" stop node
  leaving 0 epadmin --adminport="$port" remove node
}
# start-node, process 1, ignores the kubelet's signal and waits in "sleep": with it, the pod ends at once.
for process in /proc/[0-9]*; do
  read -r id command state parent rest < "$process/stat" &&
    [ "$command $parent" = "(sleep) 1" ] && kill "$id"
done 2> /dev/null
exit 0
