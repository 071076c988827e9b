using System.Diagnostics;
using Xunit;

namespace Crucible.Tests.Kernels;

/// <summary>Runs the tests of vector kernels again in processes that take the machine for a lesser one.</summary>
public class WidthsTests
{
    [Theory]
    [InlineData("AVX512", "AVX512F")] // leaves AVX2
    [InlineData("AVX", "AVX512")] // leaves 128 bits
    [InlineData("HWIntrinsic", "AVX512")] // leaves no vectors at all
    public async Task KernelTests_LesserMachine_Pass(string missing, string alsoMissing)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        const string Filter = "(FullyQualifiedName~Crucible.Tests.Kernels|FullyQualifiedName~Generator)&FullyQualifiedName!~WidthsTests&FullyQualifiedName!~Workers";
        foreach (string argument in (string[])["exec", typeof(WidthsTests).Assembly.Location, "--filter", Filter]) start.ArgumentList.Add(argument);
        start.Environment["DOTNET_Enable" + missing] = "0";
        start.Environment["DOTNET_Enable" + alsoMissing] = "0";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0 && output.Contains("Passed!", StringComparison.Ordinal), output + await errors);
    }
}
