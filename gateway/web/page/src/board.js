/** The board: queues at a glance for a room, and what supervisors do about them. */

import "./desk.css";
