using Xunit;

namespace Crucible.Lab.Tests.House;

public class RoomsTests
{
    public static TheoryData<string> Projects => [.. Rooms.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folder_IsTheNamespace(string project) => Assert.Empty(new Rooms(project).Strangers());

    [Theory]
    [MemberData(nameof(Projects))]
    public void Rooms_UseEachOtherOneWay(string project)
    {
        string[] circles = [.. new Rooms(project).Circles()];
        Assert.True(circles.Length == 0, string.Join('\n', circles));
    }

    [Fact]
    public void Picture_InTheDesign_IsCurrent()
    {
        string written = File.ReadAllText(RoomsPicture.File);
        Assert.True(written == RoomsPicture.Drawn(written), "the rooms have changed: run dotnet fsi build.fsx rooms");
    }
}
