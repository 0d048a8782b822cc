using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Azure.Functions.Worker.Builder;

public class FunctionsApplication
{
    public static FunctionsApplicationBuilder CreateBuilder(string[] args)
    {
        // One line instead of a stack trace: this is where every run of the app begins.
        Console.Error.WriteLine(ContractBuild.Refusal);
        Environment.Exit(2);
        throw new NotSupportedException(ContractBuild.Refusal);
    }
}

public class FunctionsApplicationBuilder
{
    public IServiceCollection Services => throw new NotSupportedException(ContractBuild.Refusal);

    public ConfigurationManager Configuration => throw new NotSupportedException(ContractBuild.Refusal);

    public IHost Build() => throw new NotSupportedException(ContractBuild.Refusal);
}

public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder) => builder;
}
