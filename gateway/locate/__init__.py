"""``gateway112 locate``: what somebody's files tell of a place, in whatever form it is."""
