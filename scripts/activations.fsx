// Moved to houses/activations.fsx
#load "crucible.fsx"
