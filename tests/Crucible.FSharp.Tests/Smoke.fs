module Crucible.FSharp.Tests.Smoke
