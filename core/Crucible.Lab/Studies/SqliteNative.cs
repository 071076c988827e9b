using System.Reflection;
using System.Runtime.InteropServices;

namespace Crucible.Lab.Studies;

/// <summary>
/// Finds SQLite's own library where the build puts it, <c>runtimes/linux-x64/native</c> beside this one. Programs are told the place by their dependency file; a script has none, and F# Interactive
/// looks there only when the script itself, and no file that it loads, names this library.
/// </summary>
internal static class SqliteNative
{
    private static readonly Lazy<bool> Done = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, Find);
        return true;
    });

    /// <summary>Sees to it, once, before the first connection.</summary>
    internal static void Register() => _ = Done.Value;

    private static IntPtr Find(string name, Assembly assembly, DllImportSearchPath? path)
    {
        string extension = OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so";
        string file = (OperatingSystem.IsWindows() ? "" : "lib") + name + extension;
        string folder = Path.Combine(Path.GetDirectoryName(typeof(SqliteNative).Assembly.Location) ?? "", "runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        return NativeLibrary.TryLoad(Path.Combine(folder, file), out IntPtr library) ? library : IntPtr.Zero; // zero: .NET looks where it usually does
    }
}
