//! Quiesce hooks: the programs that make applications quiet before filesystems are frozen.
