mkdir /sys/fs/cgroup/tt
build/jinx delay fsync --by 30ms --cgroup tt --for 1s 
