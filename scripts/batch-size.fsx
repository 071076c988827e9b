// Moved to houses/batch-size.fsx
#load "crucible.fsx"
