using System.Diagnostics;
using System.Globalization;

namespace Crucible.Lab.Tests.Studies;

/// <summary>A disk that fails to bring files to safety: a library, loaded before the system's, whose fsync says EIO.</summary>
internal sealed class FaultyDisk
{
    internal const string Missing = "no C compiler is on the PATH (Debian: apt-get install gcc libc6-dev)";

    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <limits.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>
        static int calls;
        static int fails(int file) {
            char link[64], path[PATH_MAX];
            snprintf(link, sizeof link, "/proc/self/fd/%d", file);
            ssize_t length = readlink(link, path, sizeof path - 1);
            if (length < 0) return 0;
            path[length] = 0;
            const char *name = strrchr(path, '/');
            if (!strstr(name ? name : path, getenv("FAULT_FILE"))) return 0;
            return __sync_add_and_fetch(&calls, 1) >= atoi(getenv("FAULT_FROM"));
        }
        #define FAULTY(NAME) int NAME(int file) { \
            if (fails(file)) { errno = EIO; return -1; } \
            return ((int (*)(int))dlsym(RTLD_NEXT, #NAME))(file); }
        FAULTY(fsync)
        FAULTY(fdatasync)
        """;

    private readonly string library;

    internal FaultyDisk(TemporaryFolder folder)
    {
        library = Path.Combine(Directory.CreateTempSubdirectory("crucible-fault-").FullName, "fault.so"); // LD_PRELOAD takes no space
        File.WriteAllText(folder.File("fault.c"), Source);
        using Process compiler = Process.Start("cc", ["-shared", "-fPIC", "-o", library, folder.File("fault.c"), "-ldl"]);
        compiler.WaitForExit();
        if (compiler.ExitCode != 0) throw new InvalidOperationException("the C compiler failed");
    }

    internal static bool CanMake { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(place => File.Exists(Path.Combine(place, "cc")));

    /// <summary>The environment of a process for which bringing files to the disk fails.</summary>
    /// <param name="file">A part of the files' names.</param>
    /// <param name="from">The call from which on it fails, from 1.</param>
    internal Dictionary<string, string> Failing(string file, int from) => new()
    {
        ["LD_PRELOAD"] = library,
        ["FAULT_FILE"] = file,
        ["FAULT_FROM"] = from.ToString(CultureInfo.InvariantCulture),
    };
}
