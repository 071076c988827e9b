// What a notebook of .NET Interactive (Polyglot Notebooks, Jupyter) loads, in a cell of its own behind one that loads
// crucible.fsx, which sees that the core is built: what scripts work with, and tensors, frames and charts as pages.
[<AutoOpen>]
module CrucibleNotebook

#load "library.fsx"

Crucible.Lab.Scripting.Notebook.Register()
