namespace Microsoft.Azure.Functions.Worker.Builder;

internal static class ContractBuild
{
    public const string Refusal =
        "CCR5801: This is a contract build of Ccr.Functions, for compiling and unit tests only. Delete src/Ccr.Functions/obj and build it " +
        "on a package feed that has Microsoft.Azure.Functions.Worker, or run the same processing with: ccr process, ccr local.";
}
