namespace Ccr.Functions.Tests.Support;

/// <summary>
/// The sources of the app and of its tests in a folder of their own, never built. It has a package folder of its own, with links to the packages of the
/// machine, so that the package made here never gets among those.
/// </summary>
internal sealed class CleanClone : IDisposable
{
    private const string Package = "Microsoft.Azure.Functions.Worker.Extensions.ServiceBus";

    private static readonly string MachinePackages =
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private readonly string _root = Directory.CreateTempSubdirectory("ccr-clone-").FullName;

    public static CleanClone Make()
    {
        var clone = new CleanClone();
        foreach (var name in Directory.EnumerateFiles(Repository.Root).Select(Path.GetFileName).OfType<string>().Where(name => name != "local.settings.json"))
            File.Copy(Repository.PathOf(name), clone.PathOf(name));
        clone.CopyFolder("src");
        foreach (var folder in new[] { "Ccr.Functions.Tests", "Ccr.FunctionsTestHost", "Shared" }) clone.CopyFolder(Path.Combine("tests", folder));
        File.Copy(Repository.PathOf("tests", "Directory.Build.props"), clone.PathOf("tests", "Directory.Build.props"));
        Directory.CreateDirectory(clone.PathOf("packages"));
        var packages = Directory.EnumerateDirectories(MachinePackages).Select(Path.GetFileName).OfType<string>();
        foreach (var package in packages.Where(package => !package.Equals(Package, StringComparison.OrdinalIgnoreCase)))
            Directory.CreateSymbolicLink(clone.PathOf("packages", package), Path.Combine(MachinePackages, package));
        return clone;
    }

    public string PathOf(params string[] parts) => Path.Combine([_root, .. parts]);

    /// <summary>Makes a package of that name out of our own code, and a feed that has it.</summary>
    public async Task OfferThePackageAsync()
    {
        Directory.CreateDirectory(PathOf("src", "Package"));

        // Packing looks at it already, where the machine lacks a package that nothing else needs.
        Directory.CreateDirectory(PathOf("feed"));
        await File.WriteAllTextAsync(PathOf("src", "Package", $"{Package}.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <Version>5.24.0</Version>
                <NoWarn>$(NoWarn);CS1591</NoWarn>
                <RestorePackagesWithLockFile>false</RestorePackagesWithLockFile>
                <RestoreLockedMode>false</RestoreLockedMode>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Azure.Messaging.ServiceBus" />
                <PackageReference Include="Grpc.Tools" PrivateAssets="all" />
                <PackageReference Include="Microsoft.Azure.Functions.Worker" />
                <PackageReference Include="Microsoft.Azure.Functions.Worker.Extensions.Abstractions" />
                <Compile Include="../Ccr.Functions/ServiceBusExtension/*.cs" />
                <Protobuf Include="../Ccr.Functions/ServiceBusExtension/settlement.proto" GrpcServices="Client" Access="Internal" />
              </ItemGroup>
            </Project>
            """);
        var (exitCode, output, _) = await RunAsync("pack", PathOf("src", "Package"), "-p:RunAnalyzers=false", "-nodeReuse:false", "-o", PathOf("feed"));
        Assert.True(exitCode == 0, output);
    }

    public Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => Dotnet.RunAsync(
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["NUGET_PACKAGES"] = PathOf("packages"),
            ["RestoreAdditionalProjectSources"] = PathOf("feed"),
        },
        arguments);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void CopyFolder(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf(folder), "*", SearchOption.AllDirectories).Where(IsSource))
        {
            var copy = PathOf(Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>
    /// Nothing that a build made; and not the folder into which Azurite is installed: whoever does that now, perhaps another test project, holds a lock there.
    /// </summary>
    private static bool IsSource(string file) =>
        !Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "node");
}
