# Stops the node in order, so that its partitions move while it is still there.
# start-node takes the dashes out of the node's name.
node=$(echo "$STREAMING_NODENAME" | tr -d -)
port=$(epadmin getadminport node --installpath="$STREAMING_RUNTIME_HOME/node/$node") &&
  epadmin --adminport="$port" stop node
# start-node, process 1, ignores the kubelet's signal and waits in "sleep": with it, the pod ends at once.
for process in /proc/[0-9]*; do
  read -r id command state parent rest < "$process/stat" &&
    [ "$command $parent" = "(sleep) 1" ] && kill "$id"
done 2> /dev/null
exit 0
