using Crucible.Lab.Tests.House;
using Crucible.Lab.Tests.House.Claims;
using Crucible.Lab.Tests.Studies;
using Xunit.MicrosoftTestingPlatform;

namespace Crucible.Lab.Tests;

/// <summary>
/// The program of the tests: it is also that of the worker processes which tests start, and draws the pictures of the
/// documentation.
/// </summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments) => arguments switch
    {
        [WorkerProgram.Command, .. var rest] => Task.FromResult(WorkerProgram.Work(rest)),
        [WorkerProgram.Deletion, var store, var study] => Task.FromResult(WorkerProgram.Delete(store, study)),
        [TutorialPictures.Command] => TutorialPictures.WriteAsync(),
        [RoomsPicture.Command] => Task.FromResult(RoomsPicture.Write()),
        [PublicApi.Command] => Task.FromResult(PublicApi.Write()),
        [ClaimsCommand.Command, .. var names] => ClaimsCommand.RunAsync(names),
        [StepPath.Command] => Task.FromResult(StepPath.Print()),
        _ => TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    };
}
